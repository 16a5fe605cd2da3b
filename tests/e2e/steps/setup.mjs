import assert from 'node:assert/strict';

export const owner = { name: 'Constance Talbot', email: 'constance@example.org', password: 'a bright latticed window' };

export const setupSteps = [
	[
		'a stranger is sent to the set-up',
		async ({ page, service }) => {
			await page.goto(service.address);
			await page.waitForURL('**/setup');
			await page.getByText('one-time link').waitFor();
		}
	],
	[
		'the set-up link makes the owner',
		async ({ page, service, shot }) => {
			await page.goto('about:blank');
			await page.goto(service.setupLink);
			await page.getByLabel('Your name').fill(owner.name);
			await page.getByLabel('E-mail').fill(owner.email);
			await page.getByLabel('Password').fill(owner.password);
			await shot('setup');
			await page.getByRole('button', { name: 'Open the library' }).click();
			await page.getByRole('heading', { name: /library is empty/ }).waitFor();
			await shot('empty');
			assert.equal(new URL(page.url()).pathname, '/');
		}
	],
	[
		'the link works once',
		async ({ openPage, service }) => {
			const stranger = await openPage();
			await stranger.goto(service.setupLink);
			await stranger.getByLabel('Your name').fill('Somebody else');
			await stranger.getByLabel('E-mail').fill('else@example.org');
			await stranger.getByLabel('Password').fill('another password');
			await stranger.getByRole('button', { name: 'Open the library' }).click();
			assert.ok((await stranger.getByRole('alert').innerText()).length > 10, 'a sentence says why');
			await stranger.context().close();
		}
	]
];
