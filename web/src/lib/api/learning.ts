import { call } from './client';

export interface LabelFigures {
	precision: number | null;
	/** With every find that nobody has judged counted as wrong. */
	precision_at_least?: number | null;
	recall: number | null;
}

export interface LabelVersion extends LabelFigures {
	head_id: string;
	version: number;
	/** in force, replaced, not better, rolled back */
	state: string;
	method: string;
	trained_at: string;
}

export interface LearnedLabel {
	label: string;
	state: string;
	examples: { yes: number; no: number; wanted: number };
	message: string | null;
	in_force: LabelVersion | null;
	/** What named it before: the packaged classifier, or an older version. */
	before: (LabelFigures & { by?: string }) | null;
	versions: LabelVersion[];
}

/** One thing that was said. `is_taken_back`: it does not count any more. */
export interface Feedback {
	entry_id: string;
	kind: string;
	photo_id: string | null;
	label: string | null;
	question: string | null;
	is_right: boolean | null;
	summary: string;
	decided_at: string;
	is_taken_back: boolean;
}

export interface Taste {
	state: string;
	message: string | null;
	liked: number;
	wanted: number;
}

export interface Learning {
	labels: LearnedLabel[];
	taste: Taste | null;
	feedback: Feedback[];
}

export interface SaidLabel {
	label: string;
	/** null takes back what was said. */
	is_right: boolean | null;
	instead?: string;
}

export const getLearning = (signal?: AbortSignal) => call<Learning>('/learning', { signal });

export const trainNow = () => call<{ state: string }>('/learning/train', { method: 'POST', body: {} });

export const rollBackLabel = (label: string) => call<unknown>(`/learning/labels/${encodeURIComponent(label)}/rollback`, { method: 'POST' });

export const sayLabel = (photoId: string, said: SaidLabel) => call<unknown>(`/photos/${photoId}/labels`, { method: 'POST', body: said });

export const sayWrongHit = (photoId: string, query: string) => call<unknown>(`/photos/${photoId}/wrong-hit`, { method: 'POST', body: { query } });

export const countView = (photoId: string) => call<undefined>(`/photos/${photoId}/views`, { method: 'POST' });
