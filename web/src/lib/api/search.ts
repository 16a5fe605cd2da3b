import { call } from './client';
import type { MapBox } from './places';
import type { SearchAnswer, Suggestion } from './types';

export const searchPhotos = (q: string, drop: string[], cursor: string | null, signal?: AbortSignal) =>
	call<SearchAnswer>('/photos/search', { query: { q, drop, cursor, limit: 60 }, signal });

/** All photos in a part of the map, the newest first. */
export const photosInBox = (box: MapBox, cursor: string | null, signal?: AbortSignal) =>
	call<SearchAnswer>('/photos/search', { query: { bbox: boxText(box), cursor, limit: 60 }, signal });

/** Longitudes that lie beyond the date line come back to this side of it. */
export function boxText({ west, south, east, north }: MapBox): string {
	const isAround = east - west >= 360;
	const [left, right] = isAround ? [-180, 180] : [west, east].map((degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180);
	const low = Math.max(-90, south);
	const high = Math.min(90, north);
	return [left, low, right, high].map((degrees) => (degrees ?? 0).toFixed(6)).join(',');
}

export const suggest = (q: string, signal?: AbortSignal) =>
	call<{ suggestions: Suggestion[] }>('/search/suggest', { query: { q }, signal });
