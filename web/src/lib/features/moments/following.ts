import { listMoments, type Moment } from '$lib/api';
import { nextOf } from './wording';

const MOST_PAGES = 40;
const PAGE = 200;

/** The moment of the same kind that came right after this one, or null. The list is newest first, so it is read down to here. */
export async function findNext(moment: Moment): Promise<Moment | null> {
	let next: Moment | null = null;
	let cursor: string | null = null;
	for (let page = 0; page < MOST_PAGES; page++) {
		const read: Awaited<ReturnType<typeof listMoments>> = await listMoments({ kind: moment.kind, limit: PAGE }, cursor);
		next = nextOf(moment, read.items) ?? next; // later pages are earlier, and so nearer
		cursor = read.next_cursor;
		if (!cursor || read.items.some((other) => other.starts_local < moment.starts_local)) return next;
	}
	return next;
}
