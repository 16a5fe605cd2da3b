import type { CuratedAlbum } from '$lib/api';
import { expect, it } from 'vitest';
import { groupsOf } from './groups';

const album = (key: string): CuratedAlbum => ({ id: key, key, title: key, photos: 5, cover_photo_id: null, made_at: '' });

it('groups by what it is the best of, newest first where that is a time', () => {
	const groups = groupsOf(['month:2024-07', 'year:2023', 'person:a', 'year:2024', 'month:2024-11', 'season:winter'].map(album));
	expect(groups.map(({ title }) => title)).toEqual(['Years', 'People', 'Months', 'More']);
	expect(groups.map(({ albums }) => albums.map(({ key }) => key))).toEqual([['year:2024', 'year:2023'], ['person:a'], ['month:2024-11', 'month:2024-07'], ['season:winter']]);
	expect(groupsOf([])).toEqual([]);
});
