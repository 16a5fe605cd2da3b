/** Parts that know nothing of photos. */
export { default as Brand } from './Brand.svelte';
export { default as Icon } from './Icon.svelte';
export type { IconName } from './icons';
export { default as Message } from './Message.svelte';
export { default as ProgressBar } from './ProgressBar.svelte';
export { toasts } from './toasts.svelte';
export { default as Toasts } from './Toasts.svelte';
export { fileSize, percent, plural } from './wording';
