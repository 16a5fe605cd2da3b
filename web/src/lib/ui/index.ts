/** Parts that know nothing of photos. */
export { default as Brand } from './Brand.svelte';
export { default as CardGrid } from './CardGrid.svelte';
export { default as Dialog } from './Dialog.svelte';
export { default as EditableText } from './EditableText.svelte';
export { default as Icon } from './Icon.svelte';
export type { IconName } from './icons';
export { default as LibraryNav } from './LibraryNav.svelte';
export { default as Message } from './Message.svelte';
export { default as MoreFoot } from './MoreFoot.svelte';
export { default as PageHead } from './PageHead.svelte';
export { Pages } from './pages.svelte';
export { default as ProgressBar } from './ProgressBar.svelte';
export { question } from './question.svelte';
export { default as Question } from './Question.svelte';
export { toasts } from './toasts.svelte';
export { default as Toasts } from './Toasts.svelte';
export { fileSize, percent, plural } from './wording';
