import { call } from './client';
import type {
	ImageAccess, ImageSize, MonthColumns, PhotoCard, PhotoChanges, PhotoDetail, PhotoPage, SimilarPhotos, Timeline
} from './types';

export const getTimeline = (signal?: AbortSignal) => call<Timeline>('/timeline', { signal });

export const getMonth = (month: string, signal?: AbortSignal) => call<MonthColumns>(`/timeline/${month}`, { signal });

export const getPhoto = (id: string, signal?: AbortSignal) => call<PhotoDetail>(`/photos/${id}`, { signal });

export const getMetadata = (id: string) => call<{ stages: Record<string, unknown> }>(`/photos/${id}/metadata`);

export const listTrash = (cursor: string | null) =>
	call<PhotoPage>('/photos', { query: { trashed: true, limit: 100, cursor } });

export const changePhoto = (id: string, changes: PhotoChanges) =>
	call<PhotoDetail>(`/photos/${id}`, { method: 'PATCH', body: changes });

export const trashPhoto = (id: string) => call<undefined>(`/photos/${id}`, { method: 'DELETE' });

export const restorePhoto = (id: string) => call<PhotoCard>(`/photos/${id}/restore`, { method: 'POST' });

export const listSimilar = (id: string, signal?: AbortSignal) =>
	call<SimilarPhotos>(`/photos/${id}/similar`, { query: { limit: 12 }, signal });

export function imageUrl(images: ImageAccess, id: string, size: ImageSize): string {
	return images.template.replace('{id}', id).replace('{size}', size);
}
