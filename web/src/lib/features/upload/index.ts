/** The door of the upload feature. */
export { default as DropTarget } from './DropTarget.svelte';
export { uploads } from './queue.svelte';
export { default as UploadButton } from './UploadButton.svelte';
export { default as UploadPanel } from './UploadPanel.svelte';
