/** The door of the stacks feature: duplicates, bursts, variants. */
export { default as StacksPage } from './StacksPage.svelte';
