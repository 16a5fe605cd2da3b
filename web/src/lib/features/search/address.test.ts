import { describe, expect, it } from 'vitest';
import { completed, readAsked, searchAddress, withoutChip } from './address';

describe('the address of a search', () => {
	it('comes back as it went, whatever was typed', () => {
		for (const q of ['dog on the beach', '"exit & entrance" -snow', '100 % ä+ö?#']) {
			const address = new URL(searchAddress({ q, drop: ['time:2023', 'place:a&b'] }), 'http://x');
			expect(readAsked(address.searchParams)).toEqual({ q, drop: ['time:2023', 'place:a&b'] });
		}
	});

	it('drops a chip once', () => {
		const asked = withoutChip({ q: 'x', drop: [] }, 'a');
		expect(withoutChip(asked, 'a')).toEqual({ q: 'x', drop: ['a'] });
	});
});

describe('a suggestion', () => {
	it('completes the word that is being typed', () => {
		expect(completed('dog on the be', 'beach')).toBe('dog on the beach');
	});

	it('completes a name of several words', () => {
		expect(completed('sunset in new yo', 'New York')).toBe('sunset in New York');
	});

	it('replaces a misspelt word', () => {
		expect(completed('trip to berln', 'Berlin')).toBe('trip to Berlin');
	});
});
