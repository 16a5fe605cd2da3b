/** The door of the photos feature. */
export { default as FaceCrop } from './FaceCrop.svelte';
export { default as Hidden } from './Hidden.svelte';
export { restore } from './opened-photo.svelte';
export { openPhoto, photoAddress, stepTo } from './open';
export { default as PhotoCover } from './PhotoCover.svelte';
export { default as PhotoImage } from './PhotoImage.svelte';
export { default as PhotoRows } from './PhotoRows.svelte';
export { default as PhotoTile } from './PhotoTile.svelte';
export { default as PhotoViewer } from './PhotoViewer.svelte';
export { sequence } from './sequence.svelte';
export { longDate, shortDate, wallClock } from './time';
export { timeline } from './timeline.svelte';
export { default as TimelineGrid } from './TimelineGrid.svelte';
export { default as Trash } from './Trash.svelte';
export { trashed } from './trashed.svelte';
