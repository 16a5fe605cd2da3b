import type { Organising } from '$lib/api';
import { expect, it } from 'vitest';
import { workName, workState } from './organising';

const work: Organising = { kind: 'people', state: 'never', done: 0, total: 0, message: null, started_at: null, finished_at: null };

it('says how far it is', () => {
	expect(workState(work)).toBe('not yet');
	expect(workState({ ...work, state: 'running', done: 1_200, total: 4_000 })).toBe('1,200 of 4,000');
	expect(workState({ ...work, state: 'running' })).toBe('running');
	expect(workState({ ...work, state: 'failed' })).toBe('failed');
	expect(workState({ ...work, state: 'done', finished_at: '2024-05-03T12:00:00Z' })).toMatch(/^done 3 May/);
});

it('has a name for work that it does not know', () => {
	expect(workName('people')).toBe('People');
	expect(workName('new_kind')).toBe('new kind');
});
