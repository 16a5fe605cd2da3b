import { call } from './client';
import type { ImageAccess, PhotoCard, PhotoPage } from './types';

export interface Moment {
	id: string;
	kind: 'event' | 'trip';
	title: string;
	starts_local: string;
	ends_local: string;
	photos: number;
	cover_photo_id: string | null;
	place?: string | null;
	is_dismissed: boolean;
	parent_id: string | null;
}

export interface MomentPage {
	items: Moment[];
	next_cursor: string | null;
	images: ImageAccess;
}

export interface Memory {
	id: string;
	kind: string;
	title: string;
	person_id?: string | null;
	years_ago?: number | null;
	photo_ids: string[];
	photos: PhotoCard[];
	reason: string;
}

interface MomentsAsked {
	kind?: Moment['kind'] | null;
	/** Those of one trip. */
	parentId?: string | null;
	/** Those that were dismissed, and only those. */
	dismissed?: boolean;
	limit?: number;
}

export const listMoments = ({ kind = null, parentId = null, dismissed = false, limit = 60 }: MomentsAsked, cursor: string | null, signal?: AbortSignal) =>
	call<MomentPage>('/moments', { query: { kind, parent_id: parentId, dismissed: dismissed || null, limit, cursor }, signal });

export const getMoment = (id: string, signal?: AbortSignal) => call<Moment>(`/moments/${id}`, { signal });

export const listMomentPhotos = (id: string, cursor: string | null, signal?: AbortSignal) =>
	call<PhotoPage>(`/moments/${id}/photos`, { query: { limit: 200, cursor }, signal });

export const changeMoment = (id: string, changes: { title?: string | null; is_dismissed?: boolean; cover_photo_id?: string }) =>
	call<Moment>(`/moments/${id}`, { method: 'PATCH', body: changes });

export const mergeMoments = (id: string, others: string[]) => call<Moment>(`/moments/${id}/merge`, { method: 'POST', body: { others } });

/** What was taken from `at` (a wall-clock time) on becomes a moment of its own. */
export const splitMoment = (id: string, at: string) => call<Moment & { new: Moment }>(`/moments/${id}/split`, { method: 'POST', body: { at } });

export const listMemories = (today: string, signal?: AbortSignal) =>
	call<{ items: Memory[]; images: ImageAccess }>('/memories', { query: { today }, signal });
