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
			await page.locator('.map .cell').first().focus();
			await page.keyboard.press('Enter');
			const shown = page.locator('section[aria-labelledby=shown]');
			await shown.getByRole('heading', { name: '9 photos here' }).waitFor();
			await shown.locator('[data-photo]').first().click();
			await page.getByRole('dialog', { name: 'Photo' }).waitFor();
			await page.keyboard.press('Escape');
		}
	]
];
