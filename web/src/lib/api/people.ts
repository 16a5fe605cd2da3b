import { call } from './client';
import type { Box, ImageAccess, PhotoPage } from './types';

export interface FaceCover {
	face_id: string;
	photo_id: string;
	box: Box;
}

export interface Person {
	id: string;
	name: string | null;
	is_hidden: boolean;
	faces: number;
	photos: number;
	cover: FaceCover | null;
}

export interface PersonDetail extends Person {
	first_taken?: string | null;
	last_taken?: string | null;
	names_from_files?: string[];
}

export interface PeoplePage {
	items: Person[];
	next_cursor: string | null;
	images: ImageAccess;
	unknown_faces: number;
}

/** Who put a face to its person: nobody, the library, a person, the file. */
export type AssignedBy = 0 | 1 | 2 | 3;

export interface Face {
	id: string;
	photo_id: string;
	box: Box;
	score: number;
	person_id: string | null;
	assigned_by?: AssignedBy;
}

export interface FacePage {
	items: Face[];
	next_cursor: string | null;
	images: ImageAccess;
}

export interface PersonChanges {
	name?: string | null;
	is_hidden?: boolean;
	cover_face_id?: string;
}

export type ReviewAnswer = 'same' | 'different' | 'skip' | 'not_a_face';

export interface ReviewQuestion {
	id: string;
	/** Of `who_is_this` there is one person, without a name. */
	kind: 'same_person' | 'is_this' | 'who_is_this';
	people: Person[];
	faces: Face[];
	settles: number;
	likeness: number;
}

export interface ReviewList {
	items: ReviewQuestion[];
	images: ImageAccess;
}

interface PeopleAsked {
	/** Those who were hidden, and only those. */
	hidden?: boolean;
	named?: boolean | null;
	cursor?: string | null;
	limit?: number;
}

export const listPeople = ({ hidden = false, named = null, cursor = null, limit = 100 }: PeopleAsked = {}, signal?: AbortSignal) =>
	call<PeoplePage>('/people', { query: { hidden, named, cursor, limit }, signal });

export const getPerson = (id: string, signal?: AbortSignal) => call<PersonDetail>(`/people/${id}`, { signal });

export const listPersonPhotos = (id: string, cursor: string | null, signal?: AbortSignal) =>
	call<PhotoPage>(`/people/${id}/photos`, { query: { limit: 100, cursor }, signal });

export const listPersonFaces = (id: string, cursor: string | null, signal?: AbortSignal) =>
	call<FacePage>(`/people/${id}/faces`, { query: { limit: 100, cursor }, signal });

export const changePerson = (id: string, changes: PersonChanges) =>
	call<PersonDetail>(`/people/${id}`, { method: 'PATCH', body: changes });

/** The others become `id`. @throws Problem that `needsConfirmation` where they were told apart. */
export const mergePeople = (id: string, others: string[], confirm = false) =>
	call<PersonDetail>(`/people/${id}/merge`, { method: 'POST', body: confirm ? { others, confirm } : { others } });

export const splitPerson = (id: string, faceIds: string[], name?: string) =>
	call<PersonDetail>(`/people/${id}/split`, { method: 'POST', body: name ? { face_ids: faceIds, name } : { face_ids: faceIds } });

export const assignFace = (faceId: string, to: { person_id: string } | { name: string }) =>
	call<Face>(`/faces/${faceId}/assign`, { method: 'POST', body: to });

export const rejectFace = (faceId: string, what: { person_id: string } | { not_a_face: true }) =>
	call<Face>(`/faces/${faceId}/reject`, { method: 'POST', body: what });

export const drawFace = (photoId: string, box: Box, who: { person_id: string } | { name: string } | Record<string, never>) =>
	call<Face>(`/photos/${photoId}/faces`, { method: 'POST', body: { box, ...who } });

export const listReview = (limit = 20, signal?: AbortSignal) => call<ReviewList>('/people/review', { query: { limit }, signal });

/** Who the people of a question are: goes with the answer `same`. `confirm`: even if they were told apart. */
export type ReviewWho = ({ name: string } | { person_id: string }) & { confirm?: boolean };

/** @throws Problem that `needsConfirmation` where somebody who is named was told apart from them. */
export const answerReview = (id: string, answer: ReviewAnswer, who?: ReviewWho) =>
	call<{ next: ReviewQuestion[]; images: ImageAccess }>(`/people/review/${encodeURIComponent(id)}`, { method: 'POST', body: { answer, ...who } });
