import { call } from './client';
import type { ImageAccess, PhotoPage } from './types';

export interface PlaceNode {
	key: string;
	name: string;
	kind: 'country' | 'region' | 'place' | 'own';
	photos: number;
	cover_photo_id: string | null;
	own_place_id?: string | null;
	children: PlaceNode[];
}

export interface PlaceTree {
	items: PlaceNode[];
	images: ImageAccess;
}

export interface OwnPlace {
	id: string;
	name: string;
	latitude: number;
	longitude: number;
	radius_m: number | null;
	polygon?: [number, number][] | null;
	photos?: number;
}

export interface MapCell {
	latitude: number;
	longitude: number;
	photos: number;
	photo_id: string;
}

export interface MapAnswer {
	cells: MapCell[];
	images: ImageAccess;
	total: number;
}

/** Degrees; `east` may lie beyond 180 where the window spans the date line. */
export interface MapBox {
	west: number;
	south: number;
	east: number;
	north: number;
}

export const listPlaces = (signal?: AbortSignal) => call<PlaceTree>('/places', { signal });

export const listPlacePhotos = (key: string, cursor: string | null, signal?: AbortSignal) =>
	call<PhotoPage>(`/places/${encodeURIComponent(key)}/photos`, { query: { limit: 100, cursor }, signal });

export const renamePlace = (key: string, name: string) =>
	call<unknown>(`/places/${encodeURIComponent(key)}/name`, { method: 'PUT', body: { name } });

export const getMap = ({ west, south, east, north }: MapBox, zoom: number, signal?: AbortSignal) =>
	call<MapAnswer>('/map', { query: { box: [west, south, east, north].map((degrees) => degrees.toFixed(6)).join(','), zoom }, signal });

export const listOwnPlaces = (signal?: AbortSignal) => call<{ items: OwnPlace[] }>('/own-places', { signal });

export const addOwnPlace = (place: { name: string; latitude: number; longitude: number; radius_m: number }) =>
	call<OwnPlace>('/own-places', { method: 'POST', body: place });

export const changeOwnPlace = (id: string, changes: { name?: string; radius_m?: number }) =>
	call<OwnPlace>(`/own-places/${id}`, { method: 'PATCH', body: changes });

export const deleteOwnPlace = (id: string) => call<undefined>(`/own-places/${id}`, { method: 'DELETE' });
