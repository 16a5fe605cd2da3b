import type { Pipeline } from '$lib/api';
import { expect, it } from 'vitest';
import { doing, progress, summary } from './sentences';

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

it('counts no photo as done that failed', () => {
	expect(progress(pipeline({ completed: 191, failed: 1 }))).toBe('191 of 192 photos done, 1 failed');
	expect(progress(pipeline({ completed: 1 }))).toBe('1 of 1 photo done');
});

it('says that everything is done only where it is', () => {
	expect(summary(pipeline({ completed: 3 }))).toBe('Everything that could be done is done.');
	expect(summary(pipeline({ completed: 3, pending: 1 }))).toBe('1 photo is being developed.');
	expect(summary(pipeline({ completed: 191, failed: 1 }))).toBe('Nothing is being done. 1 photo could not be read.');
	const due = { ...pipeline({ completed: 1 }), stages: [{ name: 'labels', version: 1, counts: { due: 1 } }] };
	expect(summary(due)).toContain('still due');
	const broken = { photo_id: 'a', file_name: 'a.jpg', stage: 'labels', reason: 'No model.', is_final: true };
	expect(summary({ ...pipeline({ completed: 1 }), failures: [broken] })).toContain('not every stage');
});
