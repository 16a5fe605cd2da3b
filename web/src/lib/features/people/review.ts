/** The keys and words of the review queue. Pure. */
import type { ReviewAnswer, ReviewQuestion } from '$lib/api';
import { plural } from '$lib/ui';

const KEYS: Record<string, ReviewAnswer> = { y: 'same', n: 'different', s: 'skip', x: 'not_a_face' };

export const ANSWERS: { answer: ReviewAnswer; key: string; text: string }[] = [
	{ answer: 'same', key: 'y', text: 'Yes, the same' },
	{ answer: 'different', key: 'n', text: 'No, different' },
	{ answer: 'skip', key: 's', text: 'Skip' },
	{ answer: 'not_a_face', key: 'x', text: 'Not a face' }
];

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

/** "Is this Anna?" or "Are these the same person?" */
export function asked({ kind, people }: Pick<ReviewQuestion, 'kind' | 'people'>): string {
	const named = [...new Set(people.flatMap((person) => (person.name ? [person.name] : [])))];
	if (kind === 'is_this' && named.length === 1) return `Is this ${named[0] ?? ''}?`;
	if (named.length >= 2) return `Are ${named[0] ?? ''} and ${named[1] ?? ''} the same person?`;
	if (named.length === 1) return `Is this the same person as ${named[0] ?? ''}?`;
	return 'Is this the same person?';
}

/** Only a face that is nobody's yet can be none; of a person's faces that is said on the page of the person. */
export function takes(answer: ReviewAnswer, { faces }: Pick<ReviewQuestion, 'faces'>): boolean {
	return answer !== 'not_a_face' || faces.some((face) => face.person_id === null);
}

export function settles(faces: number): string {
	return faces === 1 ? 'The answer settles 1 face.' : `The answer settles ${plural(faces, 'face')}.`;
}
