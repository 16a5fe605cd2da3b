import { describe, expect, it } from 'vitest';
import { estimateHeight, justify, rowsBetween, rowStyle, shownRatio, WIDEST_RATIO } from './justify';

const style = { width: 1000, targetHeight: 200, gap: 6, labelHeight: 30, captionHeight: 0 };

/** A small repeatable source of numbers 0..1 (linear congruential, constants of Numerical Recipes). */
function numbers(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

describe('justify', () => {
	it('has no rows without photos', () => {
		expect(justify([], style)).toEqual({ rows: [], height: 0 });
	});

	it.each(Array.from({ length: 60 }, (_, seed) => seed))('places every photo once, in order, inside the width (seed %i)', (seed) => {
		const next = numbers(seed);
		const ratios = Array.from({ length: 1 + Math.floor(next() * 90) }, () => 0.2 + next() * 4);
		const width = 320 + Math.floor(next() * 1800);
		const { rows, height } = justify(ratios, { ...style, width });
		expect(rows.flatMap((row) => row.photos.map((photo) => photo.index))).toEqual(ratios.map((_, index) => index));
		for (const row of rows) {
			const last = row.photos.at(-1);
			expect((last?.left ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(width + 0.01);
		}
		for (const row of rows.slice(0, -1)) {
			const last = row.photos.at(-1);
			expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(width, 3);
		}
		const end = rows.at(-1);
		expect(height).toBeCloseTo((end?.top ?? 0) + (end?.height ?? 0), 3);
	});

	it('keeps the shape of a photo', () => {
		const { rows } = justify([1.5, 0.75, 1, 1.33, 1.5, 1.5], style);
		const [row] = rows;
		expect((row?.photos[0]?.width ?? 0) / (row?.height ?? 1)).toBeCloseTo(1.5, 5);
		expect((row?.photos[1]?.width ?? 0) / (row?.height ?? 1)).toBeCloseTo(0.75, 5);
	});

	it('does not blow up a lonely photo', () => {
		expect(justify([1.5], style).rows[0]?.height).toBe(200);
	});

	it('makes room for dates only above rows in which a day begins', () => {
		const ratios = Array.from({ length: 12 }, () => 1.5);
		const days = ratios.map((_, index) => index === 0);
		const { rows } = justify(ratios, style, days);
		const plain = justify(ratios, style);
		expect(rows[0]?.top).toBe(30);
		expect((rows[1]?.top ?? 0) - (plain.rows[1]?.top ?? 0)).toBe(30);
	});

	it('stands broken and extreme ratios', () => {
		expect(shownRatio(Number.NaN)).toBe(1);
		expect(shownRatio(0)).toBe(1);
		expect(shownRatio(50)).toBe(WIDEST_RATIO);
	});
});

describe('rowsBetween', () => {
	const { rows } = justify(Array.from({ length: 500 }, () => 1.5), style);

	it('finds just the rows that touch the window', () => {
		const from = 3_000;
		const to = 4_000;
		const expected = rows.filter((row) => row.top + row.height >= from && row.top <= to);
		expect(rowsBetween(rows, from, to)).toEqual(expected);
		expect(expected.length).toBeGreaterThan(3);
	});

	it('is empty outside', () => {
		expect(rowsBetween(rows, 1e7, 2e7)).toEqual([]);
		expect(rowsBetween(rows, -500, -1)).toEqual([]);
	});
});

describe('estimateHeight', () => {
	it.each([360, 900, 1600])('is within a third of the real height at %i px', (width) => {
		const own = rowStyle(width);
		const ratios = Array.from({ length: 300 }, (_, index) => (index % 4 === 0 ? 0.75 : 1.4));
		const days = ratios.map((_, index) => index % 7 === 0);
		const real = justify(ratios, own, days).height;
		expect(estimateHeight(300, own) / real).toBeGreaterThan(0.67);
		expect(estimateHeight(300, own) / real).toBeLessThan(1.5);
	});
});
