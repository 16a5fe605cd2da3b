import { call } from './client';
import type { ImageAccess, PhotoCard } from './types';

export type StackKind = 'variants' | 'same' | 'similar' | 'burst';

export interface StackMember {
	photo_id: string;
	role: string;
	reason: string;
	/** null where the photo is not in the library any more. */
	card: PhotoCard | null;
}

export interface Stack {
	id: string;
	kind: StackKind;
	reason: string;
	lead_photo_id: string;
	photos: StackMember[];
	keep: { photo_id: string | null; why: string[] } | null;
}

export interface StackPage {
	items: Stack[];
	next_cursor: string | null;
	images: ImageAccess;
}

export interface Variants {
	items: StackMember[];
	stack_id: string | null;
	images: ImageAccess;
}

export const listStacks = (kind: StackKind | null, cursor: string | null, signal?: AbortSignal) =>
	call<StackPage>('/stacks', { query: { kind, limit: 30, cursor }, signal });

/** The chosen stay and take over what was said of the others, which go to the trash. */
export const keepOfStack = (id: string, keep: string[]) => call<unknown>(`/stacks/${id}/keep`, { method: 'POST', body: { keep } });

export const keepWholeStack = (id: string) => call<unknown>(`/stacks/${id}/keep-all`, { method: 'POST' });

export const undoStack = (id: string) => call<unknown>(`/stacks/${id}/undo`, { method: 'POST' });

export const listVariants = (photoId: string, signal?: AbortSignal) => call<Variants>(`/photos/${photoId}/variants`, { signal });
