import assert from 'node:assert/strict';
import { api } from '../waiting.mjs';
import { visit } from './gathering.mjs';

export const learningSteps = [
	[
		'a label is corrected: not this, but that',
		async ({ page, shot }) => {
			const { items } = await api(page, '/photos?limit=50');
			let photo;
			for (const card of items) {
				const detail = await api(page, `/photos/${card.id}`);
				if (detail.labels.length) photo = detail;
			}
			const wrong = photo.labels[0].name;
			await visit(page, `/photo/${photo.id}`);
			await page.getByRole('button', { name: `Not a ${wrong}, it is something else` }).click();
			await page.getByLabel(`Not a ${wrong}, it is a`).fill('lagoon');
			await page.getByRole('complementary').getByRole('button', { name: 'Save' }).click();
			await page.getByRole('complementary').getByRole('link', { name: 'lagoon' }).waitFor();
			const names = (await api(page, `/photos/${photo.id}`)).labels.map((label) => label.name);
			assert.ok(names.includes('lagoon') && !names.includes(wrong), names.join(', '));
			await shot('corrected');
		}
	],
	[
		'what was said stands on the page of what was learned',
		async ({ page, shot }) => {
			await visit(page, '/learning');
			await page.locator('section[aria-labelledby=feedback]').getByText('lagoon').first().waitFor();
			await shot('learning');
		}
	]
];
