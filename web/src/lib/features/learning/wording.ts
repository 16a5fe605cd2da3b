/** What was learned, in words. Pure. */
import type { LabelFigures } from '$lib/api';
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
