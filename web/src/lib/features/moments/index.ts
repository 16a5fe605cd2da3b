/** The door of the moments feature. */
export { default as MomentPage } from './MomentPage.svelte';
export { default as MomentsPage } from './MomentsPage.svelte';
