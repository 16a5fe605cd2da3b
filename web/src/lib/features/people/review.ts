/** The keys and words of the review queue. Pure. */
import type { ReviewAnswer, ReviewQuestion } from '$lib/api';
import { plural } from '$lib/ui';

const KEYS: Record<string, ReviewAnswer> = { y: 'same', n: 'different', s: 'skip', x: 'not_a_face' };

interface Choice {
	answer: ReviewAnswer;
	key: string;
	text: string;
}

export const ANSWERS: Choice[] = [
	{ answer: 'same', key: 'y', text: 'Yes, the same' },
	{ answer: 'different', key: 'n', text: 'No, different' },
	{ answer: 'skip', key: 's', text: 'Skip' },
	{ answer: 'not_a_face', key: 'x', text: 'Not a face' }
];

/** Who somebody is is answered with a name; the rest has keys. */
const ANSWERS_OF_WHO: Choice[] = [
	{ answer: 'different', key: 'n', text: 'Two people' },
	{ answer: 'skip', key: 's', text: 'Skip' },
	{ answer: 'not_a_face', key: 'x', text: 'No faces' }
];

export const answersOf = ({ kind }: Pick<ReviewQuestion, 'kind'>): Choice[] => (kind === 'who_is_this' ? ANSWERS_OF_WHO : ANSWERS);

interface Key {
	key: string;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
	repeat?: boolean;
}

/** What a key means: an answer, `undo`, or nothing. A key that is held down answers once: nobody means forty people. */
export function meaningOf({ key, ctrlKey, metaKey, altKey, repeat = false }: Key): ReviewAnswer | 'undo' | null {
	if (ctrlKey || metaKey || altKey || repeat) return null;
	const letter = key.toLowerCase();
	return letter === 'u' ? 'undo' : (KEYS[letter] ?? null);
}

/** Enter goes to the box for the name, so that s and x are answers until then, and letters of a name in it. */
export function goesToName({ key, ctrlKey, metaKey, altKey, repeat = false }: Key): boolean {
	return key === 'Enter' && !ctrlKey && !metaKey && !altKey && !repeat;
}

/** "Is this Anna?" or "Are these the same person?" */
export function asked({ kind, people }: Pick<ReviewQuestion, 'kind' | 'people'>): string {
	if (kind === 'who_is_this') return 'Who is this?';
	const named = [...new Set(people.flatMap((person) => (person.name ? [person.name] : [])))];
	if (kind === 'is_this' && named.length === 1) return `Is this ${named[0] ?? ''}?`;
	if (named.length >= 2) return `Are ${named[0] ?? ''} and ${named[1] ?? ''} the same person?`;
	if (named.length === 1) return `Is this the same person as ${named[0] ?? ''}?`;
	return 'Is this the same person?';
}

/** Of two people nobody can tell which face is none; that is said on the page of the person. */
export function takes(answer: ReviewAnswer, { kind, faces }: Pick<ReviewQuestion, 'kind' | 'faces'>): boolean {
	if (kind === 'who_is_this') return answer !== 'same';
	return answer !== 'not_a_face' || faces.some((face) => face.person_id === null);
}

export function settles(faces: number): string {
	return faces === 1 ? 'The answer settles 1 face.' : `The answer settles ${plural(faces, 'face')}.`;
}
