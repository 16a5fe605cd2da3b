/** The door of the accounts feature. */
export { default as AccountMenu } from './AccountMenu.svelte';
export { default as AccountPage } from './AccountPage.svelte';
export { default as SetupForm } from './SetupForm.svelte';
export { setupToken } from './setup-link';
export { default as SignInForm } from './SignInForm.svelte';
