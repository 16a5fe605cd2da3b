import assert from 'node:assert/strict';
import { owner } from './setup.mjs';

export const accountSteps = [
	[
		'after signing out nothing can be seen, and a wrong password is told in one sentence',
		async ({ page }) => {
			await page.locator('summary').click();
			await page.getByRole('button', { name: 'Sign out' }).click();
			await page.waitForURL('**/sign-in');
			assert.equal(await page.evaluate(async () => (await fetch('/api/v1/photos')).status), 401);
			await page.goto(new URL('/trash', page.url()).href);
			await page.waitForURL('**/sign-in?next=**');
			await page.getByLabel('E-mail').fill(owner.email);
			await page.getByLabel('Password').fill('wrong password');
			await page.getByRole('button', { name: 'Sign in' }).click();
			await page.getByRole('alert').waitFor();
		}
	],
	[
		'signing in leads to where one was going',
		async ({ page }) => {
			await page.getByLabel('Password').fill(owner.password);
			await page.getByRole('button', { name: 'Sign in' }).click();
			await page.waitForURL('**/trash');
			await page.getByRole('heading', { name: 'Trash', exact: true }).waitFor();
		}
	],
	[
		'all the while there was no complaint in the console and no request to another host',
		({ misdeeds }) => {
			assert.deepEqual(misdeeds, []);
		}
	]
];
