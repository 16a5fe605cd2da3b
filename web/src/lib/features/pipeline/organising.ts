/** The work on a whole library, in words. Pure. */
import type { Organising } from '$lib/api';

const NAMES: Record<string, string> = {
	people: 'People',
	places: 'Places',
	moments: 'Trips and events',
	stacks: 'Duplicates and stacks',
	curated: 'Best of',
	albums: 'Best of',
	curation: 'Best of',
	learning: 'Learning',
	learn: 'Learning',
	taste: 'Taste'
};

export function workName(kind: string): string {
	return NAMES[kind] ?? kind.replaceAll('_', ' ');
}

/** "120 of 400", "done 24 Nov, 14:03", "waiting", "not yet"; `message` is told beside it. */
export function workState(work: Organising): string {
	if (work.state === 'running') return work.total > 0 ? `${work.done.toLocaleString('en')} of ${work.total.toLocaleString('en')}` : 'running';
	if (work.state === 'never') return 'not yet';
	if (work.state === 'done' && work.finished_at) return `done ${when(work.finished_at)}`;
	return work.state;
}

function when(iso: string): string {
	return new Date(iso).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}
