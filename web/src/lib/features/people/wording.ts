/** People in words. Pure. */
import type { Person, PersonDetail } from '$lib/api';
import { plural } from '$lib/ui';

export function personName(person: Pick<Person, 'name'>): string {
	return person.name ?? 'Someone without a name';
}

/** "Anna", "Anna and Ben", "Anna, Ben and 2 others" */
export function listOfNames(people: Pick<Person, 'name'>[]): string {
	const names = people.flatMap((person) => (person.name ? [person.name] : []));
	const others = people.length - names.length;
	const parts = others ? [...names, names.length ? plural(others, 'other') : plural(others, 'person without a name', 'people without names')] : names;
	return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}` : (parts[0] ?? '');
}

/** The one that the others are merged into: a name is never lost for one without, else the one with most faces stays. */
export function mergeTarget(chosen: Person[]): Person | null {
	return [...chosen].sort((one, other) => Number(other.name !== null) - Number(one.name !== null) || other.faces - one.faces)[0] ?? null;
}

export function countsOf({ photos, faces }: Pick<PersonDetail, 'photos' | 'faces'>): string {
	return faces === photos ? plural(photos, 'photo') : `${plural(photos, 'photo')}, ${plural(faces, 'face')}`;
}

/** The first, from which a name is offered, of what the files call this person. */
export function namesFromFiles(person: PersonDetail): string[] {
	return (person.names_from_files ?? []).filter((name) => name !== person.name);
}
