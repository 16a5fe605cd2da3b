import { call } from './client';
import type {
	ImageAccess, ImageSize, MonthColumns, PhotoCard, PhotoChanges, PhotoDetail, PhotoPage, SimilarPhotos, Timeline
} from './types';

export const getTimeline = (signal?: AbortSignal) => call<Timeline>('/timeline', { signal });

/** Ids come without hyphens here, to save bytes; they leave as they are written everywhere else. */
export async function getMonth(month: string, signal?: AbortSignal): Promise<MonthColumns> {
	const columns = await call<MonthColumns>(`/timeline/${month}`, { signal });
	return { ...columns, id: columns.id.map(hyphenated) };
}

export function hyphenated(id: string): string {
	return id.replace(/^(\w{8})(\w{4})(\w{4})(\w{4})(\w{12})$/, '$1-$2-$3-$4-$5');
}

export const getPhoto = (id: string, signal?: AbortSignal) => call<PhotoDetail>(`/photos/${id}`, { signal });

export const getMetadata = (id: string) => call<{ stages: Record<string, unknown> }>(`/photos/${id}/metadata`);

export const listTrash = (cursor: string | null) =>
	call<PhotoPage>('/photos', { query: { trashed: true, limit: 100, cursor } });

export const listHidden = (cursor: string | null) =>
	call<PhotoPage>('/photos', { query: { hidden: true, limit: 100, cursor } });

export const changePhoto = (id: string, changes: PhotoChanges) =>
	call<PhotoDetail>(`/photos/${id}`, { method: 'PATCH', body: changes });

export const trashPhoto = (id: string) => call<undefined>(`/photos/${id}`, { method: 'DELETE' });

export const restorePhoto = (id: string) => call<PhotoCard>(`/photos/${id}/restore`, { method: 'POST' });

export const listSimilar = (id: string, signal?: AbortSignal) =>
	call<SimilarPhotos>(`/photos/${id}/similar`, { query: { limit: 12 }, signal });

export function imageUrl(images: ImageAccess, id: string, size: ImageSize): string {
	return images.template.replace('{id}', id).replace('{size}', size);
}
