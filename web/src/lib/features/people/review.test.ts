import { describe, expect, it } from 'vitest';
import { ANSWERS, answersOf, asked, goesToName, meaningOf, settles, takes } from './review';

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
		expect(takes('not_a_face', { kind: 'is_this', faces: [face('a'), face(null)] })).toBe(true);
		expect(takes('not_a_face', { kind: 'same_person', faces: [face('a'), face('b')] })).toBe(false);
		expect(takes('different', { kind: 'same_person', faces: [face('a'), face('b')] })).toBe(true);
	});

	it('about one person is answered with a name, or with a key', () => {
		const face = { id: 'f', photo_id: 'p', box: { x: 0, y: 0, width: 1, height: 1 }, score: 1, person_id: 'a' };
		expect(asked({ kind: 'who_is_this', people: [person(null)] })).toBe('Who is this?');
		expect(answersOf({ kind: 'who_is_this' }).map(({ key }) => key)).toEqual(['n', 's', 'x']);
		for (const { answer, key } of answersOf({ kind: 'who_is_this' })) {
			expect(meaningOf({ ...plain, key })).toBe(answer);
			expect(takes(answer, { kind: 'who_is_this', faces: [face, face] })).toBe(true);
		}
		expect(takes('same', { kind: 'who_is_this', faces: [face, face] })).toBe(false);
		expect(goesToName({ ...plain, key: 'Enter' })).toBe(true);
		expect(goesToName({ ...plain, key: 'Enter', repeat: true })).toBe(false);
		expect(goesToName({ ...plain, key: 's' })).toBe(false);
	});

	it('says how much it settles', () => {
		expect(settles(1)).toBe('The answer settles 1 face.');
		expect(settles(24)).toBe('The answer settles 24 faces.');
	});
});
