import { call } from './client';
import type { SearchAnswer, Suggestion } from './types';

export const searchPhotos = (q: string, drop: string[], cursor: string | null, signal?: AbortSignal) =>
	call<SearchAnswer>('/photos/search', { query: { q, drop, cursor, limit: 60 }, signal });

export const suggest = (q: string, signal?: AbortSignal) =>
	call<{ suggestions: Suggestion[] }>('/search/suggest', { query: { q }, signal });
