/** The timeline as a tall page: one section per month, each with a known or estimated height. Pure. */
import type { MonthColumns } from '$lib/api';
import { estimateHeight, justify, type Row, type RowStyle } from './justify';
import { dayOf } from './time';

export interface Section {
	month: string;
	photos: number;
	top: number;
	height: number;
	/** Empty until the month has been read. */
	rows: Row[];
}

export const MONTH_HEADER_PX = 64;
const MONTH_FOOTER_PX = 28;
/** Browsers cut a page off (Firefox at 17.8 million pixels, Chromium at 33.5): months that are only guessed share this. */
export const GUESSED_AT_MOST_PX = 6_000_000;

/** Laying out a big month takes milliseconds, so it is done once per month's columns and style. */
export class SectionLayout {
	#style = '';
	#laidOut = new WeakMap<MonthColumns, { rows: Row[]; height: number }>();

	lay(months: { month: string; photos: number }[], columns: ReadonlyMap<string, MonthColumns>, style: RowStyle): Section[] {
		const key = JSON.stringify(style);
		if (key !== this.#style) this.#laidOut = new WeakMap();
		this.#style = key;
		const guessed = months.reduce((sum, { month, photos }) => sum + (columns.has(month) ? 0 : estimateHeight(photos, style)), 0);
		const shrink = Math.min(1, GUESSED_AT_MOST_PX / Math.max(1, guessed));
		let top = 0;
		return months.map(({ month, photos }) => {
			const known = columns.get(month);
			const block = known ? this.#rows(known, style) : { rows: [], height: Math.round(estimateHeight(photos, style) * shrink) };
			const height = MONTH_HEADER_PX + block.height + MONTH_FOOTER_PX;
			const section = { month, photos, top, height, rows: block.rows };
			top += height;
			return section;
		});
	}

	#rows(columns: MonthColumns, style: RowStyle): { rows: Row[]; height: number } {
		const before = this.#laidOut.get(columns);
		if (before) return before;
		const days = columns.taken.map(dayOf);
		const laidOut = justify(columns.ratio, style, days.map((day, index) => day !== days[index - 1]));
		this.#laidOut.set(columns, laidOut);
		return laidOut;
	}
}

export function totalHeight(sections: Section[]): number {
	const last = sections.at(-1);
	return last ? last.top + last.height : 0;
}

export function sectionsBetween(sections: Section[], from: number, to: number): Section[] {
	return sections.filter((section) => section.top + section.height >= from && section.top <= to);
}

/**
 * How far to scroll so that what stood at `y` stands there still after the heights have changed. A month that was
 * only guessed keeps the same share of itself above `y`. At the very top nothing moves: new photos come into view.
 */
export function anchorShift(before: Section[], after: Section[], y: number): number {
	if (y <= 0) return 0;
	const old = before.find((section) => y >= section.top && y < section.top + section.height);
	const now = old && after.find((section) => section.month === old.month);
	if (!old || !now) return 0;
	const inside = y - old.top;
	const kept = now.height === old.height || inside <= MONTH_HEADER_PX ? inside : (inside / old.height) * now.height;
	return Math.round(now.top + kept - y);
}
