import type { JournalEntry } from '$lib/api';
import { expect, it } from 'vitest';
import { byDay, dayName, madeSince, undoable, wayBack } from './rules';

function entry(id: string, changes: Partial<JournalEntry> = {}): JournalEntry {
	return { id, kind: 'person.named', summary: `Did ${id}`, decided_at: '2024-05-03T10:00:00Z', undoes: null, undone_by: null, can_undo: true, facts: 1, ...changes };
}

it('offers to undo only what the decision itself wrote', () => {
	const ids = (entries: JournalEntry[]) => entries.map(({ id }) => id);
	expect(ids(madeSince(null, [entry('a')]))).toEqual(['a']);
	expect(ids(madeSince(entry('a'), [entry('b'), entry('a')]))).toEqual(['b']);
	expect(madeSince(entry('a'), [entry('a'), entry('older')])).toEqual([]); // nothing was changed, nothing was written
	expect(madeSince(entry('a'), [])).toEqual([]);
	expect(madeSince(null, [entry('a', { can_undo: false })])).toEqual([]);
});

it('takes several that were decided together as one', () => {
	const page = [entry('c'), entry('b'), entry('a')];
	expect(madeSince(entry('a'), page).map(({ id }) => id)).toEqual(['c', 'b']);
	expect(madeSince(entry('long ago'), page.slice(0, 2)).map(({ id }) => id)).toEqual(['c', 'b']);
});

it('undoes the newest first and leaves out what was undone already', () => {
	const entries = [
		entry('old', { decided_at: '2024-05-01T10:00:00Z' }),
		entry('new', { decided_at: '2024-05-03T10:00:00Z' }),
		entry('undone', { can_undo: false }),
		entry('not chosen')
	];
	expect(undoable(entries, new Set(['old', 'new', 'undone']))).toEqual(['new', 'old']);
});

it('calls days as people do', () => {
	const now = new Date(2024, 4, 3, 0, 30);
	expect(dayName(new Date(2024, 4, 3, 0, 5).toISOString(), now)).toBe('Today');
	expect(dayName(new Date(2024, 4, 2, 23, 59).toISOString(), now)).toBe('Yesterday');
	expect(dayName(new Date(2023, 4, 2, 12).toISOString(), now)).toBe('2 May 2023');
});

it('keeps the order within a day', () => {
	const now = new Date('2024-05-03T12:00:00Z');
	const days = byDay([entry('b'), entry('a'), entry('c', { decided_at: '2020-01-01T12:00:00Z' })], now);
	expect(days.map(({ entries }) => entries.map(({ id }) => id))).toEqual([['b', 'a'], ['c']]);
});

it('names the way back', () => {
	expect(wayBack(entry('a'))).toBe('Undo');
	expect(wayBack(entry('b', { undoes: 'a', summary: 'Undid: named a person' }))).toBe('Do it again');
	expect(wayBack(entry('c', { undoes: 'b', summary: 'Did again: named a person' }))).toBe('Undo');
});
