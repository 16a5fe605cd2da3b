import type { ImageSize } from '$lib/api';

/** A print may be shown a little larger than it is; nobody sees it, and it saves a quarter of the bytes. */
const TOLERATED_STRETCH = 1.2;
const PRINTS: ImageSize[] = ['150', '300', '600', '1200'];

/** The smallest print whose long side fills `longSidePx` CSS pixels on this screen. */
export function printSize(longSidePx: number, pixelRatio: number): ImageSize {
	const wanted = (longSidePx * pixelRatio) / TOLERATED_STRETCH;
	return PRINTS.find((print) => Number(print) >= wanted) ?? '1200';
}

const SHOWN_BY_BROWSERS = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/bmp']);

/** The largest thing that a browser can show of a photo: the original, or the full-size print where it cannot. */
export function largestSize(mime: string): ImageSize {
	return SHOWN_BY_BROWSERS.has(mime) ? 'original' : 'full';
}
