import { describe, expect, it } from 'vitest';
import { ANSWERS, asked, meaningOf, settles, takes } from './review';

const plain = { ctrlKey: false, metaKey: false, altKey: false };

describe('one key answers', () => {
	it('has a key for every answer, and one to take it back', () => {
		for (const { answer, key } of ANSWERS) {
			expect(meaningOf({ ...plain, key })).toBe(answer);
			expect(meaningOf({ ...plain, key: key.toUpperCase() })).toBe(answer);
		}
		expect(meaningOf({ ...plain, key: 'u' })).toBe('undo');
	});

	it('leaves the keys of the browser alone, and a key that is held down', () => {
		expect(meaningOf({ ...plain, key: 's', ctrlKey: true })).toBeNull();
		expect(meaningOf({ ...plain, key: 'y', metaKey: true })).toBeNull();
		expect(meaningOf({ ...plain, key: 'y', repeat: true })).toBeNull();
		expect(meaningOf({ ...plain, key: 'Enter' })).toBeNull();
	});
});

describe('a question', () => {
	const person = (name: string | null) => ({ id: name ?? 'x', name, is_hidden: false, faces: 3, photos: 3, cover: null });

	it('says the names that are known', () => {
		expect(asked({ kind: 'is_this', people: [person('Anna')] })).toBe('Is this Anna?');
		expect(asked({ kind: 'same_person', people: [person('Anna'), person(null)] })).toBe('Is this the same person as Anna?');
		expect(asked({ kind: 'same_person', people: [person('Anna'), person('Ben')] })).toBe('Are Anna and Ben the same person?');
		expect(asked({ kind: 'same_person', people: [person(null), person(null)] })).toBe('Is this the same person?');
	});

	it('takes "not a face" only where a face is nobody\'s yet', () => {
		const face = (person_id: string | null) => ({ id: 'f', photo_id: 'p', box: { x: 0, y: 0, width: 1, height: 1 }, score: 1, person_id });
		expect(takes('not_a_face', { faces: [face('a'), face(null)] })).toBe(true);
		expect(takes('not_a_face', { faces: [face('a'), face('b')] })).toBe(false);
		expect(takes('different', { faces: [face('a'), face('b')] })).toBe(true);
	});

	it('says how much it settles', () => {
		expect(settles(1)).toBe('The answer settles 1 face.');
		expect(settles(24)).toBe('The answer settles 24 faces.');
	});
});
