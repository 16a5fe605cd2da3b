import { expect, it } from 'vitest';
import { exampleWords, figures } from './wording';

it('says only what was measured', () => {
	expect(figures({ precision: 0.916, recall: 0.8 })).toBe('precision 92 %, recall 80 %');
	expect(figures({ precision: 0.5, recall: null })).toBe('precision 50 %');
	expect(figures(null)).toBe('');
	expect(figures({ precision: 0.92, precision_at_least: 0.634, recall: null })).toBe('precision 63 % to 92 %');
});

it('counts examples', () => {
	expect(exampleWords({ yes: 12, no: 1_200 })).toBe('12 yes, 1,200 no');
});
