/** The door of the search feature. */
export { readAsked, searchAddress } from './address';
export { default as SearchBox } from './SearchBox.svelte';
export { default as SearchResults } from './SearchResults.svelte';
