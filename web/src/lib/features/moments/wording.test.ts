import type { Moment } from '$lib/api';
import { expect, it } from 'vitest';
import { dayOfYear, nextOf, span } from './wording';

function moment(id: string, starts: string, kind: Moment['kind'] = 'event'): Moment {
	return { id, kind, title: id, starts_local: starts, ends_local: starts, photos: 3, cover_photo_id: null, is_dismissed: false, parent_id: null };
}

it('says one day once', () => {
	expect(span({ starts_local: '2023-05-03T09:00:00', ends_local: '2023-05-03T21:00:00' })).toBe('3 May 2023');
	expect(span({ starts_local: '2023-05-03T09:00:00', ends_local: '2023-05-07T21:00:00' })).toBe('3 May 2023 to 7 May 2023');
});

it('counts the night to the day before', () => {
	expect(span({ starts_local: '2024-01-28T18:00:00', ends_local: '2024-01-31T02:30:00' })).toBe('28 Jan 2024 to 30 Jan 2024');
});

it('knows which day it is here, not in Greenwich', () => {
	expect(dayOfYear(new Date(2026, 0, 5, 0, 10))).toBe('2026-01-05');
});

it('finds what came next, of the same kind', () => {
	const moments = [moment('c', '2023-08-01T00:00:00'), moment('trip', '2023-06-02T00:00:00', 'trip'), moment('b', '2023-06-01T00:00:00'), moment('a', '2023-05-01T00:00:00')];
	expect(nextOf(moments[3] as Moment, moments)?.id).toBe('b');
	expect(nextOf(moments[0] as Moment, moments)).toBeNull();
});
