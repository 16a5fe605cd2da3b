/** What was learned, in words. Pure. */
import type { Feedback, LabelFigures } from '$lib/api';
import { percent } from '$lib/ui';

/** "precision 92 %, recall 80 %"; nothing where nothing was measured. */
export function figures(found: LabelFigures | null | undefined): string {
	if (!found) return '';
	const parts = [
		found.precision === null ? '' : `precision ${percent(found.precision)}`,
		found.recall === null ? '' : `recall ${percent(found.recall)}`
	];
	return parts.filter(Boolean).join(', ');
}

export function exampleWords({ yes, no }: { yes: number; no: number }): string {
	return `${yes.toLocaleString('en')} yes, ${no.toLocaleString('en')} no`;
}

/** One line of feedback: the server's sentence, or what its parts say. */
export function feedbackWords(feedback: Feedback): string {
	if (feedback.summary) return feedback.summary;
	const label = feedback.label ?? 'something';
	if (feedback.is_right === true) return `It is “${label}”`;
	if (feedback.is_right === false) return `It is not “${label}”`;
	return [feedback.kind?.replaceAll('_', ' '), feedback.label].filter(Boolean).join(': ');
}
