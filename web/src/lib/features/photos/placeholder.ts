import { thumbHashToDataURL } from 'thumbhash';

const MOST_KEPT = 2_000;
const known = new Map<string, string>();

/** A blurred picture of some 25 bytes as an address for CSS; empty when there is none or it is broken. */
export function placeholderUrl(thumbhash: string | null | undefined): string {
	if (!thumbhash) return '';
	const before = known.get(thumbhash);
	if (before !== undefined) return before;
	const url = decode(thumbhash);
	if (known.size >= MOST_KEPT) known.clear();
	known.set(thumbhash, url);
	return url;
}

function decode(thumbhash: string): string {
	try {
		return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0)));
	} catch {
		return '';
	}
}
