/** Every file ends in exactly one way, and the numbers add up. Pure. */

export type Outcome = 'waiting' | 'sending' | 'stored' | 'duplicate' | 'refused' | 'failed';

export interface Counted {
	outcome: Outcome;
	sizeBytes: number;
	sentBytes: number;
}

export type Totals = Record<Outcome, number> & { all: number; sizeBytes: number; sentBytes: number };

export function addUp(items: Counted[]): Totals {
	const totals: Totals = { waiting: 0, sending: 0, stored: 0, duplicate: 0, refused: 0, failed: 0, all: items.length, sizeBytes: 0, sentBytes: 0 };
	for (const item of items) {
		totals[item.outcome] += 1;
		totals.sizeBytes += item.sizeBytes;
		totals.sentBytes += item.outcome === 'waiting' || item.outcome === 'sending' ? item.sentBytes : item.sizeBytes;
	}
	return totals;
}

/** "12 stored, 1 duplicate, 2 refused" */
export function ledgerSentence(totals: Totals): string {
	const said: [Outcome, string, string][] = [
		['stored', 'stored', 'stored'],
		['duplicate', 'duplicate', 'duplicates'],
		['refused', 'refused', 'refused'],
		['failed', 'failed', 'failed']
	];
	const parts = said.filter(([outcome]) => totals[outcome] > 0).map(([outcome, one, many]) => `${totals[outcome].toLocaleString('en')} ${totals[outcome] === 1 ? one : many}`);
	return parts.join(', ') || 'nothing yet';
}
