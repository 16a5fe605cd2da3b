import type { Pipeline } from '$lib/api';
import { expect, it } from 'vitest';
import { doing } from './sentences';

function pipeline(photos: Partial<Pipeline['photos']>, queue: Pipeline['queue'] = {}): Pipeline {
	return {
		photos: { pending: 0, processing: 0, completed: 0, failed: 0, ...photos },
		stages: [],
		queue,
		vision: { provider: 'fake', ready: true, message: null },
		failures: []
	};
}

it('speaks of the pictures first, then of what is in them', () => {
	expect(doing(pipeline({ pending: 3, processing: 9 })).text).toBe('3 photos are being developed');
	expect(doing(pipeline({ processing: 1 })).text).toBe('1 photo is being understood');
	expect(doing(pipeline({}, { understand: 1_200 })).text).toBe('1,200 photos are being understood');
});

it('is quiet when nothing is to be done', () => {
	expect(doing(pipeline({ completed: 5, failed: 2 }))).toEqual({ text: '', isBusy: false, failed: 2 });
});
