import assert from 'node:assert/strict';
import { api } from '../waiting.mjs';
import { visit } from './gathering.mjs';

export const placeSteps = [
	[
		'a place of one\'s own is named from a photo and stands among the places',
		async ({ page, shot }) => {
			const { items } = await api(page, '/photos?limit=50');
			const photo = items.find((card) => card.file_name === 'MAY_0.jpg');
			await visit(page, `/photo/${photo.id}`);
			await page.getByRole('button', { name: 'Give this place a name of your own' }).click();
			await page.getByLabel('A name of your own').fill('The blue door');
			await page.getByRole('complementary').getByRole('button', { name: 'Save' }).click();
			await page.locator('.toast').getByRole('button', { name: 'Undo' }).waitFor();
			await visit(page, '/places');
			await page.getByLabel('Name of The blue door').waitFor();
			await page.locator('.map .cell').first().waitFor();
			await shot('places');
		}
	],
	[
		'the map shows what was taken there',
		async ({ page }) => {
			const [circle] = await page.locator('.map .cell').all();
			const said = await circle.getAttribute('aria-label');
			await circle.focus();
			await page.keyboard.press('Enter');
			const shown = page.locator('section[aria-labelledby=shown]');
			await shown.locator('[data-photo]').first().waitFor();
			assert.equal(await shown.locator('[data-photo]').count(), Number(said.split(' ')[0]));
		}
	]
];
