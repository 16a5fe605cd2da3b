import { SvelteSet } from 'svelte/reactivity';

/** Photos that went to the trash while the page was open: lists that still hold them leave them out. */
export const trashed = new SvelteSet<string>();
