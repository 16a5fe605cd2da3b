import { describe, expect, it } from 'vitest';
import { boxText } from './search';

describe('a box of the map for the search', () => {
	it('is west, south, east, north', () => {
		expect(boxText({ west: -9.5, south: 38, east: -9, north: 39 })).toBe('-9.500000,38.000000,-9.000000,39.000000');
	});
	it('comes back from beyond the date line', () => {
		expect(boxText({ west: 170, south: -50, east: 190, north: -30 })).toBe('170.000000,-50.000000,-170.000000,-30.000000');
	});
	it('is the whole world where it goes around it, and no more than that', () => {
		expect(boxText({ west: -400, south: -95, east: 20, north: 99 })).toBe('-180.000000,-90.000000,180.000000,90.000000');
	});
});
