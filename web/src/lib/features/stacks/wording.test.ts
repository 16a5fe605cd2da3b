import type { StackMember } from '$lib/api';
import { expect, it } from 'vitest';
import { keeperFirst, pixels } from './wording';

it('puts the proposed keeper first and leaves the others in their order', () => {
	const member = (photo_id: string) => ({ photo_id }) as StackMember;
	expect(keeperFirst([member('a'), member('b'), member('c')], 'b').map(({ photo_id }) => photo_id)).toEqual(['b', 'a', 'c']);
	expect(keeperFirst([member('a'), member('b')], 'gone').map(({ photo_id }) => photo_id)).toEqual(['a', 'b']);
});

it('says nothing of a size that is not known', () => {
	expect(pixels({ width: 4032, height: 3024 })).toBe('4032 × 3024');
	expect(pixels({ width: null, height: 3024 })).toBe('');
});
