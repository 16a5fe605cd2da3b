import { call } from './client';

export interface LabelFigures {
	precision: number | null;
	recall: number | null;
}

export interface LabelVersion extends LabelFigures {
	head_id: string;
	version: number;
	trained_at: string;
	state?: string;
}

export interface LearnedLabel {
	label: string;
	state: string;
	examples: { yes: number; no: number };
	message: string | null;
	in_force: LabelVersion | null;
	before: LabelFigures | null;
	versions?: LabelVersion[];
}

export interface Feedback {
	photo_id?: string | null;
	label?: string | null;
	summary?: string | null;
	kind?: string | null;
	is_right?: boolean | null;
	decided_at?: string | null;
}

export interface Learning {
	labels: LearnedLabel[];
	taste: { state: string; message?: string | null; [more: string]: unknown } | null;
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
