import type { MonthColumns } from '$lib/api';
import { describe, expect, it } from 'vitest';
import { rowStyle } from './justify';
import { anchorShift, GUESSED_AT_MOST_PX, SectionLayout, sectionsBetween, totalHeight } from './sections';

const style = rowStyle(1200);
const months = [
	{ month: '2024-03', photos: 40 },
	{ month: '2024-02', photos: 90 },
	{ month: '2024-01', photos: 12 }
];

function columns(photos: number): MonthColumns {
	return {
		id: Array.from({ length: photos }, (_, index) => `p${index}`),
		taken: Array.from({ length: photos }, (_, index) => 1_700_000_000 - index * 40_000),
		ratio: Array.from({ length: photos }, (_, index) => (index % 3 ? 1.5 : 0.66)),
		favourite: Array.from({ length: photos }, () => 0),
		images: { template: '/{id}/{size}', expires_at: '2030-01-01T00:00:00Z' }
	};
}

describe('SectionLayout', () => {
	it('stacks the months without gaps, known or not', () => {
		const sections = new SectionLayout().lay(months, new Map([['2024-02', columns(90)]]), style);
		expect(sections.map(({ rows }) => rows.length > 0)).toEqual([false, true, false]);
		expect(sections[1]?.top).toBe(sections[0]?.height);
		expect(totalHeight(sections)).toBe(sections.reduce((sum, { height }) => sum + height, 0));
	});

	it('lays a month out once, and again for another width', () => {
		const layout = new SectionLayout();
		const known = new Map([['2024-02', columns(90)]]);
		const first = layout.lay(months, known, style)[1]?.rows;
		expect(layout.lay(months, known, style)[1]?.rows).toBe(first);
		expect(layout.lay(months, known, rowStyle(700))[1]?.rows).not.toBe(first);
	});

	it('keeps a huge library within what browsers can scroll', () => {
		const many = Array.from({ length: 240 }, (_, index) => ({ month: `m${index}`, photos: 2_500 }));
		const sections = new SectionLayout().lay(many, new Map([['m3', columns(2_500)]]), style);
		expect(totalHeight(sections)).toBeLessThan(GUESSED_AT_MOST_PX * 1.1);
		expect(sections[3]?.height).toBeGreaterThan(4 * (sections[4]?.height ?? Infinity));
	});

	it('marks the first photo of every day', () => {
		const known = new Map([['2024-02', columns(90)]]);
		const photos = new SectionLayout().lay(months, known, style)[1]?.rows.flatMap((row) => row.photos) ?? [];
		const days = new Set(columns(90).taken.map((taken) => Math.floor(taken / 86_400)));
		expect(photos.filter((photo) => photo.startsDay)).toHaveLength(days.size);
	});
});

describe('anchorShift', () => {
	const layout = new SectionLayout();
	const guessed = layout.lay(months, new Map(), style);
	const known = layout.lay(months, new Map([['2024-03', columns(40)]]), style);

	it('moves nothing at the top', () => {
		expect(anchorShift(guessed, known, 0)).toBe(0);
	});

	it('keeps what is in view when a month above gets its real height', () => {
		const y = (guessed[1]?.top ?? 0) + 100;
		const now = y + anchorShift(guessed, known, y);
		expect(now - (known[1]?.top ?? 0)).toBeCloseTo(100, -1);
	});

	it('keeps the place when new months come in above', () => {
		const more = layout.lay([{ month: '2024-04', photos: 25 }, ...months], new Map(), style);
		expect(anchorShift(guessed, more, 500)).toBe(Math.round(more[0]?.height ?? 0));
	});

	it('moves nothing when the month in view is gone', () => {
		expect(anchorShift(guessed, [], 500)).toBe(0);
	});
});

it('finds the sections in a window', () => {
	const sections = new SectionLayout().lay(months, new Map(), style);
	const second = sections[1];
	expect(sectionsBetween(sections, (second?.top ?? 0) + 1, (second?.top ?? 0) + 2).map(({ month }) => month)).toEqual(['2024-02']);
});
