/** What was learned, in words. Pure. */
import type { LabelFigures } from '$lib/api';
import { percent } from '$lib/ui';

/** "precision 63 % to 92 %, recall 80 %"; nothing where nothing was measured. */
export function figures(found: LabelFigures | null | undefined): string {
	if (!found) return '';
	const parts = [
		found.precision === null ? '' : `precision ${precision(found)}`,
		found.recall === null ? '' : `recall ${percent(found.recall)}`
	];
	return parts.filter(Boolean).join(', ');
}

/** Of what nobody has judged, some is right and some is not: the lower figure counts all of it as wrong. */
function precision({ precision: told, precision_at_least: least }: LabelFigures): string {
	const most = percent(told ?? 0);
	return typeof least === 'number' && percent(least) !== most ? `${percent(least)} to ${most}` : most;
}

export function exampleWords({ yes, no }: { yes: number; no: number }): string {
	return `${yes.toLocaleString('en')} yes, ${no.toLocaleString('en')} no`;
}
