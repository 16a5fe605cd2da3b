/** The door of the curated feature: the best of. */
export { default as CuratedAlbumPage } from './CuratedAlbumPage.svelte';
export { default as CuratedPage } from './CuratedPage.svelte';
