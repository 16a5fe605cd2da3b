import { call } from './client';

/** One line of the history. `undoes` is set on an undo; `undone_by` once somebody changed their mind. */
export interface JournalEntry {
	id: string;
	kind: string;
	summary: string;
	decided_at: string;
	undoes: string | null;
	undone_by: string | null;
	can_undo: boolean;
	facts: number;
}

export interface JournalPage {
	items: JournalEntry[];
	next_cursor: string | null;
}

export const listJournal = (cursor: string | null, limit = 60) => call<JournalPage>('/journal', { query: { limit, cursor } });

export const undoEntry = (id: string) => call<JournalEntry>(`/journal/${id}/undo`, { method: 'POST' });

export const undoEntries = (ids: string[]) => call<{ items: JournalEntry[] }>('/journal/undo', { method: 'POST', body: { ids } });

export const undoLast = () => call<JournalEntry>('/journal/undo-last', { method: 'POST' });
