/** Where a print lies behind a square window, so that the window shows one face. Pure. */
import type { Box } from '$lib/api';

/** A face with its hair and chin: this much larger than its box. */
export const SURROUNDINGS = 1.5;

export interface Placement {
	/** In shares of the window's side. */
	width: number;
	height: number;
	left: number;
	top: number;
}

/** `ratio`: width by height of the picture. The window never shows what lies beyond the picture, if it is large enough. */
export function placeBehind(box: Box, ratio: number): Placement {
	const side = Math.min(Math.max(box.width * ratio, box.height) * SURROUNDINGS, ratio, 1); // in heights of the picture
	const height = 1 / side;
	const width = ratio / side;
	const within = (start: number, size: number) => Math.min(0, Math.max(1 - size, start));
	return {
		width,
		height,
		left: within(0.5 - (box.x + box.width / 2) * width, width),
		top: within(0.5 - (box.y + box.height / 2) * height, height)
	};
}

/** How long the long side of the print must be for a face to be sharp in a window of `sidePx`. */
export function printPx(box: Box, sidePx: number): number {
	return sidePx / Math.max(0.02, Math.max(box.width, box.height) * SURROUNDINGS);
}
