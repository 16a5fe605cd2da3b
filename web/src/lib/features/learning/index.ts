/** The door of the learning feature. */
export { default as LearningPage } from './LearningPage.svelte';
