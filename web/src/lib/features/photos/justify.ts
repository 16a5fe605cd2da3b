/** Justified rows: photos keep their shape, every row but the last fills the width. Pure; all lengths in CSS pixels. */

export interface PlacedPhoto {
	index: number;
	left: number;
	width: number;
	/** A new day begins here: its photo carries the date above it. */
	startsDay: boolean;
}

export interface Row {
	/** From the top of the block to the pictures, the room for dates included. */
	top: number;
	height: number;
	photos: PlacedPhoto[];
}

export interface RowStyle {
	width: number;
	targetHeight: number;
	gap: number;
	/** Room above a row for the dates of the days that begin in it; rows without one have none. */
	labelHeight: number;
	/** Room below every row, for a caption. */
	captionHeight: number;
}

/** Extreme panoramas and slips of paper are shown cropped, or they would make a row of their own. */
export const NARROWEST_RATIO = 0.45;
export const WIDEST_RATIO = 3.2;
const LAST_ROW_STRETCH = 1.15;

export function shownRatio(ratio: number): number {
	if (!Number.isFinite(ratio) || ratio <= 0) return 1;
	return Math.min(WIDEST_RATIO, Math.max(NARROWEST_RATIO, ratio));
}

/** `startsDay[i]` tells whether photo i is the first of its day; leave it out where there are no dates. */
export function justify(ratios: number[], style: RowStyle, startsDay?: boolean[]): { rows: Row[]; height: number } {
	const rows: Row[] = [];
	let top = 0;
	for (let first = 0; first < ratios.length; ) {
		const { end, height } = nextRow(ratios, first, style);
		const labelled = startsDay?.slice(first, end).some(Boolean) ?? false;
		top += labelled ? style.labelHeight : 0;
		rows.push({ top, height, photos: placeRow(ratios, first, end, height, style, startsDay) });
		top += height + style.captionHeight + style.gap;
		first = end;
	}
	return { rows, height: Math.max(0, top - (rows.length ? style.gap : 0)) };
}

function nextRow(ratios: number[], first: number, style: RowStyle): { end: number; height: number } {
	let sum = 0;
	let before = Infinity;
	for (let index = first; index < ratios.length; index++) {
		sum += shownRatio(ratios[index] ?? 1);
		const gaps = (index - first) * style.gap;
		const height = (style.width - gaps) / sum;
		if (height <= style.targetHeight) {
			const withoutLastIsCloser = before / style.targetHeight < style.targetHeight / height && index > first;
			return withoutLastIsCloser ? { end: index, height: before } : { end: index + 1, height };
		}
		before = height;
	}
	const height = before <= style.targetHeight * LAST_ROW_STRETCH ? before : style.targetHeight;
	return { end: ratios.length, height };
}

function placeRow(ratios: number[], first: number, end: number, height: number, style: RowStyle, startsDay?: boolean[]): PlacedPhoto[] {
	const photos: PlacedPhoto[] = [];
	let left = 0;
	for (let index = first; index < end; index++) {
		const width = Math.min(shownRatio(ratios[index] ?? 1) * height, style.width);
		photos.push({ index, left, width, startsDay: startsDay?.[index] ?? false });
		left += width + style.gap;
	}
	return photos;
}

/** How high a block of `count` unknown photos will about be: 4:3 pictures, dates over every second row. */
export function estimateHeight(count: number, style: RowStyle): number {
	const perRow = Math.max(1, Math.round(style.width / (style.targetHeight * 1.35 + style.gap)));
	return Math.ceil(count / perRow) * (style.targetHeight + style.captionHeight + style.gap + style.labelHeight / 2);
}

/** The rows that touch `from..to` (pixels from the top of the block), found by halving. */
export function rowsBetween(rows: Row[], from: number, to: number): Row[] {
	let low = 0;
	let high = rows.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const row = rows[middle];
		if (row && row.top + row.height < from) low = middle + 1;
		else high = middle;
	}
	let end = low;
	while (end < rows.length && (rows[end]?.top ?? Infinity) <= to) end++;
	return rows.slice(low, end);
}

/** Row height and gap that suit a window: three photos side by side on a phone, calm rows on a desk. */
export function rowStyle(width: number): RowStyle {
	const narrow = width < 640;
	return { width, targetHeight: narrow ? 118 : width < 1100 ? 180 : 216, gap: narrow ? 3 : 6, labelHeight: 30, captionHeight: 0 };
}
