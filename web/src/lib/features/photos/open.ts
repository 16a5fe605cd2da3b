import { pushState, replaceState } from '$app/navigation';
import { sequence } from './sequence.svelte';

export function photoAddress(id: string): string {
	return `/photo/${id}`;
}

/** Opens a photo above the page, which stays where it is. Clicks that ask for a new tab are left to the browser. */
export function openPhoto(event: MouseEvent, id: string, ids: string[] | null): void {
	if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
	event.preventDefault();
	sequence.ids = ids;
	pushState(photoAddress(id), { photoId: id });
}

/** Goes on to another photo without a step in the history, so that one "back" closes them all. */
export function stepTo(id: string): void {
	replaceState(photoAddress(id), { photoId: id });
}
