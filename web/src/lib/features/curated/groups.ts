/** Curated albums by what they are the best of. Pure. */
import type { CuratedAlbum } from '$lib/api';

const GROUPS = [
	{ prefix: 'year', title: 'Years' },
	{ prefix: 'moment', title: 'Trips and events' },
	{ prefix: 'person', title: 'People' },
	{ prefix: 'month', title: 'Months' }
] as const;

export interface CuratedGroup {
	title: string;
	albums: CuratedAlbum[];
}

/** In the order of this page; what has a key of another kind stands last. Years and months are newest first. */
export function groupsOf(albums: CuratedAlbum[]): CuratedGroup[] {
	const kindOf = (album: CuratedAlbum) => album.key.split(':')[0] ?? '';
	const isByTime = (prefix: string) => prefix === 'year' || prefix === 'month';
	const known = GROUPS.map(({ prefix, title }) => {
		const inside = albums.filter((album) => kindOf(album) === prefix);
		return { title, albums: isByTime(prefix) ? inside.sort((one, other) => other.key.localeCompare(one.key)) : inside };
	});
	const others = albums.filter((album) => !GROUPS.some(({ prefix }) => prefix === kindOf(album)));
	return [...known, { title: 'More', albums: others }].filter((group) => group.albums.length > 0);
}
