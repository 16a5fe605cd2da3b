/** Stacks in words. Pure. */
import type { PhotoCard, StackKind, StackMember } from '$lib/api';

export const KINDS: { kind: StackKind; title: string; lead: string }[] = [
	{ kind: 'same', title: 'The same picture', lead: 'Copies of one picture: other sizes, other compression.' },
	{ kind: 'similar', title: 'Similar', lead: 'The same scene, cut or edited differently.' },
	{ kind: 'burst', title: 'Bursts', lead: 'Taken within seconds of each other.' },
	{ kind: 'variants', title: 'Variants', lead: 'One photo in several files, shown as one: raw and JPEG, edited and original, with its moving part.' }
];

/** "4032 × 3024", or nothing where it is not known. */
export function pixels({ width, height }: Pick<PhotoCard, 'width' | 'height'>): string {
	return width && height ? `${width} × ${height}` : '';
}

/** The one that is proposed stands first, the others as they came. */
export function keeperFirst(photos: StackMember[], keeperId: string): StackMember[] {
	return [...photos].sort((one, other) => Number(other.photo_id === keeperId) - Number(one.photo_id === keeperId));
}
