/** The door of the places feature. */
export { default as PlacePage } from './PlacePage.svelte';
export { default as PlacesPage } from './PlacesPage.svelte';
