/** The door of the people feature. */
export { default as PeopleGrid } from './PeopleGrid.svelte';
export { default as PersonPage } from './PersonPage.svelte';
export { default as ReviewQueue } from './ReviewQueue.svelte';
