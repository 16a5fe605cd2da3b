import { describe, expect, it } from 'vitest';
import { around, boxOf, degrees, fromWorld, graticule, groundPx, moved, toWindow, toWorld, wrapped, zoomed, ZOOM, type View } from './projection';

const size = { width: 800, height: 500 };
const lisbon: View = { latitude: 38.72, longitude: -9.14, zoom: 9 };

describe('the projection', () => {
	it('has the null island in the middle and the corners where the world ends', () => {
		expect(toWorld(0, 0, 0)).toEqual({ x: 128, y: 128 });
		expect(toWorld(85.0511, -180, 0).x).toBeCloseTo(0);
		expect(toWorld(85.0511, -180, 0).y).toBeCloseTo(0, 2);
	});

	it('comes back as it went', () => {
		for (const [latitude, longitude] of [[38.72, -9.14], [-33.9, 151.2], [71.2, 179.9]] as const) {
			const back = fromWorld(toWorld(latitude, longitude, 12), 12);
			expect(back.latitude).toBeCloseTo(latitude, 6);
			expect(back.longitude).toBeCloseTo(longitude, 6);
		}
	});

	it('has the middle of the view in the middle of the window, and the nearer copy of the world', () => {
		expect(toWindow(38.72, -9.14, lisbon, size)).toEqual({ x: 400, y: 250 });
		const fiji: View = { latitude: -17, longitude: 179, zoom: 5 };
		expect(toWindow(-17, -179, fiji, size).x).toBeCloseTo(400 + (2 / 360) * 256 * 32);
	});
});

describe('moving about', () => {
	it('follows the finger', () => {
		const after = moved(lisbon, 30, -20);
		const there = toWindow(lisbon.latitude, lisbon.longitude, after, size);
		expect(there.x).toBeCloseTo(430);
		expect(there.y).toBeCloseTo(230);
	});

	it('keeps what is under the pointer where it is when it zooms', () => {
		const at = { x: 650, y: 100 };
		const before = boxOf(lisbon, size);
		const after = zoomed(lisbon, 2, at, size);
		const middle = toWorld(lisbon.latitude, lisbon.longitude, lisbon.zoom);
		const under = fromWorld({ x: middle.x + 250, y: middle.y - 150 }, lisbon.zoom);
		expect(toWindow(under.latitude, under.longitude, after, size).x).toBeCloseTo(650, 3);
		expect(toWindow(under.latitude, under.longitude, after, size).y).toBeCloseTo(100, 3);
		expect(boxOf(after, size).east - boxOf(after, size).west).toBeCloseTo((before.east - before.west) / 4);
	});

	it('stays within its zooms and on the world', () => {
		expect(zoomed(lisbon, 99, { x: 0, y: 0 }, size).zoom).toBe(ZOOM.most);
		expect(zoomed(lisbon, -99, { x: 0, y: 0 }, size).zoom).toBe(ZOOM.least);
		expect(Math.abs(moved(lisbon, 0, 1e7).latitude)).toBeLessThan(86);
		expect(wrapped(190)).toBe(-170);
		expect(wrapped(-190)).toBe(170);
	});
});

it('asks for the whole world where the window is wider than it', () => {
	expect(boxOf({ latitude: 0, longitude: 30, zoom: 1 }, size)).toMatchObject({ west: -180, east: 180 });
});

it('shows all points at the start', () => {
	const points = [{ latitude: 38.7, longitude: -9.1 }, { latitude: 60.2, longitude: 24.9 }];
	const view = around(points, size);
	for (const point of points) {
		const { x, y } = toWindow(point.latitude, point.longitude, view, size);
		expect(x > 0 && x < size.width && y > 0 && y < size.height).toBe(true);
	}
	expect(around([], size).zoom).toBe(1);
	expect(around([points[0] ?? { latitude: 0, longitude: 0 }], size).zoom).toBe(14);
});

it('draws lines with room between them', () => {
	for (const zoom of [0, 3, 8, 14, 19]) {
		const { step, longitudes, latitudes } = graticule({ ...lisbon, zoom }, size);
		expect(longitudes.length).toBeLessThan(12);
		expect(latitudes.length).toBeLessThan(12);
		if (zoom > 1 && zoom < 17) expect((step / 360) * 256 * 2 ** zoom).toBeGreaterThanOrEqual(90);
	}
	expect(degrees(-9.14, 'longitude')).toBe('9.14° W');
	expect(degrees(190, 'longitude')).toBe('170° W');
	expect(degrees(0, 'latitude')).toBe('0°');
});

it('knows how long a kilometre is', () => {
	expect(groundPx(40_075_016.686, 0, 0)).toBeCloseTo(256);
	expect(groundPx(1_000, 60, 10)).toBeCloseTo(2 * groundPx(1_000, 0, 10));
});
