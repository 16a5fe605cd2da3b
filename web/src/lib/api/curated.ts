import { call } from './client';
import type { ImageAccess, PhotoCard } from './types';

export interface CuratedAlbum {
	id: string;
	key: string;
	title: string;
	photos: number;
	/** Of how many it was picked. */
	of_photos?: number;
	cover_photo_id: string | null;
	made_at: string;
}

export interface Pick {
	photo: PhotoCard;
	reason: string;
	is_pinned: boolean;
	score: number | null;
}

export interface CuratedDetail extends CuratedAlbum {
	items: Pick[];
	images: ImageAccess;
}

export const listCurated = (signal?: AbortSignal) => call<{ items: CuratedAlbum[]; images: ImageAccess }>('/curated', { signal });

export const getCurated = (id: string, signal?: AbortSignal) => call<CuratedDetail>(`/curated/${id}`, { signal });

export const pickPhoto = (albumId: string, photoId: string, pick: 'pin' | 'remove' | null) =>
	call<unknown>(`/curated/${albumId}/photos/${photoId}`, { method: 'POST', body: { pick } });
