/** Moments in words. Pure. */
import type { Moment } from '$lib/api';
import { shortDate, wallClock } from '$lib/features/photos';

/** A day begins at four: the party after midnight belongs to the evening, as in the titles. */
const DAY_BEGINS_MS = 4 * 3_600_000;

/** "3 May 2023", "3 May 2023 to 7 May 2023" */
export function span({ starts_local: starts, ends_local: ends }: Pick<Moment, 'starts_local' | 'ends_local'>): string {
	const day = (iso: string) => shortDate(new Date(wallClock(iso).getTime() - DAY_BEGINS_MS));
	const [from, to] = [day(starts), day(ends)];
	return from === to ? from : `${from} to ${to}`;
}

/** The day of the one who looks, as the server wants it. */
export function dayOfYear(now: Date): string {
	const pad = (value: number) => String(value).padStart(2, '0');
	return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

/** The moment that came right after this one; the lists are newest first. */
export function nextOf(moment: Moment, moments: Moment[]): Moment | null {
	const later = moments
		.filter((other) => other.id !== moment.id && other.kind === moment.kind && other.starts_local >= moment.starts_local)
		.sort((one, other) => one.starts_local.localeCompare(other.starts_local));
	return later[0] ?? null;
}
