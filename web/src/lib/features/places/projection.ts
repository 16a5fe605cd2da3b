/** Web Mercator, by hand: a round world as a square of 256 * 2^zoom pixels, east to the right, north up. Pure.
 *  Formulae: EPSG:3857, "Popular Visualisation Pseudo-Mercator". */
import type { MapBox } from '$lib/api';

export interface View {
	latitude: number;
	longitude: number;
	zoom: number;
}

export interface Size {
	width: number;
	height: number;
}

export interface Point {
	x: number;
	y: number;
}

export const ZOOM = { least: 0, most: 19 };
/** Beyond it the square ends. */
export const MOST_LATITUDE = 85.0511;
const TILE_PX = 256;

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

export function worldPx(zoom: number): number {
	return TILE_PX * 2 ** zoom;
}

/** From the north-western corner of the world, in pixels. */
export function toWorld(latitude: number, longitude: number, zoom: number): Point {
	const sine = Math.sin((clamp(latitude, -MOST_LATITUDE, MOST_LATITUDE) * Math.PI) / 180);
	const size = worldPx(zoom);
	return { x: ((longitude + 180) / 360) * size, y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * size };
}

export function fromWorld({ x, y }: Point, zoom: number): { latitude: number; longitude: number } {
	const size = worldPx(zoom);
	const latitude = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / size))) * 180) / Math.PI;
	return { latitude, longitude: (x / size) * 360 - 180 };
}

/** Where something stands in the window; the copy of the world that is nearest to its middle. */
export function toWindow(latitude: number, longitude: number, view: View, size: Size): Point {
	const middle = toWorld(view.latitude, view.longitude, view.zoom);
	const there = toWorld(latitude, longitude, view.zoom);
	const around = worldPx(view.zoom);
	const across = there.x - middle.x;
	return { x: across - Math.round(across / around) * around + size.width / 2, y: there.y - middle.y + size.height / 2 };
}

/** Longitudes as everybody writes them, from -180 up to 180. */
export function wrapped(longitude: number): number {
	return ((((longitude + 180) % 360) + 360) % 360) - 180;
}

/** The view after the world was drawn by so many pixels. */
export function moved(view: View, byX: number, byY: number): View {
	const middle = toWorld(view.latitude, view.longitude, view.zoom);
	const { latitude, longitude } = fromWorld({ x: middle.x - byX, y: clamp(middle.y - byY, 0, worldPx(view.zoom)) }, view.zoom);
	return { ...view, latitude, longitude: wrapped(longitude) };
}

/** Closer or further; what stands under `at` (a point of the window) stays there. */
export function zoomed(view: View, by: number, at: Point, size: Size): View {
	const zoom = clamp(view.zoom + by, ZOOM.least, ZOOM.most);
	const fromMiddle = { x: at.x - size.width / 2, y: at.y - size.height / 2 };
	const under = moved(view, -fromMiddle.x, -fromMiddle.y);
	return moved({ ...under, zoom }, fromMiddle.x, fromMiddle.y);
}

/** What the window shows. A window wider than the world shows all of it. */
export function boxOf(view: View, size: Size): MapBox {
	const middle = toWorld(view.latitude, view.longitude, view.zoom);
	const northWest = fromWorld({ x: middle.x - size.width / 2, y: middle.y - size.height / 2 }, view.zoom);
	const southEast = fromWorld({ x: middle.x + size.width / 2, y: middle.y + size.height / 2 }, view.zoom);
	const isWhole = size.width >= worldPx(view.zoom);
	return {
		west: isWhole ? -180 : wrapped(northWest.longitude),
		east: isWhole ? 180 : wrapped(southEast.longitude),
		south: clamp(southEast.latitude, -90, 90),
		north: clamp(northWest.latitude, -90, 90)
	};
}

/** The view that shows all points with some room around them. */
export function around(points: { latitude: number; longitude: number }[], size: Size): View {
	if (!points.length) return { latitude: 20, longitude: 0, zoom: 1 };
	const world = points.map((point) => toWorld(point.latitude, point.longitude, 0));
	const [xs, ys] = [world.map(({ x }) => x), world.map(({ y }) => y)];
	const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
	const room = 0.75;
	const fits = Math.min((size.width * room) / Math.max(right - left, 1e-6), (size.height * room) / Math.max(bottom - top, 1e-6));
	return { ...fromWorld({ x: (left + right) / 2, y: (top + bottom) / 2 }, 0), zoom: clamp(Math.floor(Math.log2(fits)), 1, 14) };
}

const STEPS = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const LEAST_GAP_PX = 90;

/** Meridians and parallels: a step that leaves room between them, and the degrees that the window shows. */
export function graticule(view: View, size: Size): { step: number; longitudes: number[]; latitudes: number[] } {
	const degreePx = worldPx(view.zoom) / 360;
	const step = [...STEPS].reverse().find((each) => each * degreePx >= LEAST_GAP_PX) ?? 45;
	const middle = toWorld(view.latitude, view.longitude, view.zoom);
	const west = fromWorld({ x: middle.x - size.width / 2, y: 0 }, view.zoom).longitude;
	const east = fromWorld({ x: middle.x + size.width / 2, y: 0 }, view.zoom).longitude;
	const { south, north } = boxOf(view, size);
	return {
		step,
		longitudes: multiples(Math.max(west, view.longitude - 180), Math.min(east, view.longitude + 180), step),
		latitudes: multiples(Math.max(south, -80), Math.min(north, 80), step)
	};
}

function multiples(from: number, to: number, step: number): number[] {
	const found: number[] = [];
	for (let index = Math.ceil(from / step); index * step <= to; index++) found.push(Number((index * step).toFixed(4)));
	return found;
}

/** "45° N", "0.25° W" */
export function degrees(value: number, axis: 'latitude' | 'longitude'): string {
	const turned = axis === 'longitude' ? wrapped(value) : value;
	const way = axis === 'latitude' ? (turned < 0 ? ' S' : ' N') : turned < 0 ? ' W' : ' E';
	return `${Number(Math.abs(turned).toFixed(4))}°${turned === 0 || turned === -180 ? '' : way}`;
}

const EARTH_M = 40_075_016.686;

/** How many pixels a length on the ground has at that latitude. */
export function groundPx(metres: number, latitude: number, zoom: number): number {
	return (metres / (EARTH_M * Math.cos((latitude * Math.PI) / 180))) * worldPx(zoom);
}
