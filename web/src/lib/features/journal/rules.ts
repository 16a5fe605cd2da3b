/** What the history says of itself. Pure. */
import type { JournalEntry } from '$lib/api';

/** What a decision wrote, newest first: the entries newer than what was there before. One that changed nothing writes none. */
export function madeSince(before: JournalEntry | null, newestFirst: JournalEntry[]): JournalEntry[] {
	const known = newestFirst.findIndex((entry) => entry.id === before?.id);
	return (known < 0 ? newestFirst : newestFirst.slice(0, known)).filter((entry) => entry.can_undo);
}

/** The chosen entries that can still be undone, newest first, so that each finds what it left behind. */
export function undoable(entries: JournalEntry[], chosen: ReadonlySet<string>): string[] {
	return entries
		.filter((entry) => chosen.has(entry.id) && entry.can_undo)
		.sort((one, other) => other.decided_at.localeCompare(one.decided_at))
		.map((entry) => entry.id);
}

const DAY_MS = 86_400_000;

/** "Today", "Yesterday", or the date, in the zone of the one who reads. */
export function dayName(iso: string, now: Date): string {
	const day = new Date(iso);
	const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
	const days = Math.round((midnight(now) - midnight(day)) / DAY_MS);
	if (days === 0) return 'Today';
	if (days === 1) return 'Yesterday';
	return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
}

/** Entries under the name of their day, in the order they came. */
export function byDay(entries: JournalEntry[], now: Date): { day: string; entries: JournalEntry[] }[] {
	const days: { day: string; entries: JournalEntry[] }[] = [];
	for (const entry of entries) {
		const day = dayName(entry.decided_at, now);
		const last = days.at(-1);
		if (last?.day === day) last.entries.push(entry);
		else days.push({ day, entries: [entry] });
	}
	return days;
}

/** What undoing this line means: undoing what was undone is to do it again. The server begins such lines with "Undid". */
export function wayBack({ undoes, summary }: Pick<JournalEntry, 'undoes' | 'summary'>): string {
	return undoes !== null && summary.startsWith('Undid') ? 'Do it again' : 'Undo';
}
