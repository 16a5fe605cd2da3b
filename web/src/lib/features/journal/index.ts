/** The door of the journal feature: the history and the way back. */
export { decide, takeBack } from './decide';
export { default as History } from './History.svelte';
