import { describe, expect, it } from 'vitest';
import { dayOf, monthTitle, offsetLabel, pageLocale, sourceSentence, wallClock } from './time';

describe('wall-clock times', () => {
	it('shows the digits that were written, whatever the zone', () => {
		for (const iso of ['2023-07-15T23:59:00', '2023-07-15T23:59:00Z', '2023-07-15T23:59:00+09:00', '2023-07-15T23:59:00-0330']) {
			expect(wallClock(iso).toISOString()).toBe('2023-07-15T23:59:00.000Z');
		}
	});

	it('keeps a day together on both sides of 1970', () => {
		expect(dayOf(86_399)).toBe(0);
		expect(dayOf(86_400)).toBe(1);
		expect(dayOf(-1)).toBe(-1);
	});

	it('names a month', () => {
		expect(monthTitle('2023-07')).toBe('July 2023');
		expect(monthTitle('unknown')).toBe('unknown');
	});

	it('writes offsets, quarter hours too', () => {
		expect(offsetLabel(345)).toBe('+05:45');
		expect(offsetLabel(-210)).toBe('−03:30');
		expect(offsetLabel(0)).toBe('+00:00');
		expect(offsetLabel(null)).toBe('');
	});

	it('says where a date comes from', () => {
		expect(sourceSentence('FILE_NAME')).toBe('read from the file name');
		expect(sourceSentence('gps')).toBe('from gps');
	});

	it('takes the first English that the browser asks for', () => {
		expect(pageLocale(['de-DE', 'en-US'])).toBe('en-US');
		expect(pageLocale(['de-DE'])).toBe('en-GB');
	});
});
