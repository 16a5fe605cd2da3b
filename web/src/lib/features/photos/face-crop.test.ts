import { describe, expect, it } from 'vitest';
import { placeBehind, printPx, SURROUNDINGS } from './face-crop';

describe('a face in its window', () => {
	const box = { x: 0.4, y: 0.3, width: 0.1, height: 0.2 };

	it('stands in the middle, undistorted', () => {
		const ratio = 1.5;
		const { width, height, left, top } = placeBehind(box, ratio);
		expect(width / height).toBeCloseTo(ratio);
		expect(left + 0.45 * width).toBeCloseTo(0.5);
		expect(top + 0.4 * height).toBeCloseTo(0.5);
		expect(0.2 * height * SURROUNDINGS).toBeCloseTo(1); // the longer side of the box fills it, but for its surroundings
	});

	it('shows nothing beyond the picture', () => {
		for (const ratio of [0.5, 1, 2.2]) {
			for (const corner of [{ x: 0, y: 0 }, { x: 0.95, y: 0.9 }, { x: 0, y: 0.9 }]) {
				const { width, height, left, top } = placeBehind({ ...corner, width: 0.05, height: 0.1 }, ratio);
				expect(left).toBeLessThanOrEqual(0);
				expect(top).toBeLessThanOrEqual(0);
				expect(left + width).toBeGreaterThanOrEqual(1 - 1e-9);
				expect(top + height).toBeGreaterThanOrEqual(1 - 1e-9);
			}
		}
	});

	it('never grows beyond a face that fills the picture', () => {
		const { width, height } = placeBehind({ x: 0, y: 0, width: 1, height: 1 }, 2);
		expect(height).toBeCloseTo(1);
		expect(width).toBeCloseTo(2);
	});
});

it('asks for a larger print for a smaller face', () => {
	expect(printPx({ x: 0, y: 0, width: 0.5, height: 0.5 }, 120)).toBeLessThan(printPx({ x: 0, y: 0, width: 0.1, height: 0.1 }, 120));
	expect(printPx({ x: 0, y: 0, width: 0, height: 0 }, 120)).toBeLessThan(Infinity);
});
