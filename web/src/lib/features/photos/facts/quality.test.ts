import { expect, it } from 'vitest';
import { qualityParts } from './quality';

it('says the parts that were measured, of 100', () => {
	const quality = { total: 0.8, sharpness: 0.815, exposure: 0, contrast: null, noise: 1, eyes_open: 0.5 };
	expect(qualityParts(quality)).toEqual([
		{ word: 'sharpness', value: 82 },
		{ word: 'eyes open', value: 50 },
		{ word: 'exposure', value: 0 },
		{ word: 'little noise', value: 100 }
	]);
});
