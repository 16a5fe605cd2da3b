import type { PlaceNode } from '$lib/api';
import { expect, it } from 'vitest';
import { placeAddress, wayTo } from './tree';

const node = (key: string, children: PlaceNode[] = []): PlaceNode => ({ key, name: key, kind: 'place', photos: 1, cover_photo_id: null, children });

it('finds the way down to a place', () => {
	const tree = [node('FR'), node('PT', [node('PT/11', [node('2267057')])])];
	expect(wayTo('2267057', tree).map(({ key }) => key)).toEqual(['PT', 'PT/11', '2267057']);
	expect(wayTo('nowhere', tree)).toEqual([]);
});

it('has one address for every key', () => {
	expect(placeAddress('PT/Lisbon & more')).toBe('/places/PT%2FLisbon%20%26%20more');
});
