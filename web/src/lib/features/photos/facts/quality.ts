/** The parts of quality as they are said. Pure. */
import type { Quality } from '$lib/api';

const WORDS: [keyof Quality, string][] = [
	['sharpness', 'sharpness'],
	['face_sharpness', 'on the faces'],
	['subject_sharpness', 'on the subject'],
	['eyes_open', 'eyes open'],
	['faces_in_frame', 'faces in frame'],
	['exposure', 'exposure'],
	['contrast', 'contrast'],
	['noise', 'little noise'], // more is better here too
	['resolution', 'resolution']
];

/** Of 100, as people count. */
export function score(value: number): number {
	return Math.round(value * 100);
}

/** What was measured; what was not is left out. */
export function qualityParts(quality: Quality): { word: string; value: number }[] {
	return WORDS.flatMap(([part, word]) => {
		const value = quality[part];
		return typeof value === 'number' ? [{ word, value: score(value) }] : [];
	});
}
