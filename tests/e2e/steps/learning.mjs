import assert from 'node:assert/strict';
import { api, until } from '../waiting.mjs';
import { undoOfToast, visit } from './gathering.mjs';

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
	],
	[
		'a wrong hit of a search is told, and is none any more',
		async ({ page, shot }) => {
			await visit(page, '/search?q=lagoon');
			const hit = page.locator('.results figure').first();
			await hit.waitFor();
			await shot('hit');
			await hit.getByRole('button', { name: /is a wrong hit/ }).click();
			await undoOfToast(page).waitFor();
			await until(async () => (await api(page, '/photos/search?q=lagoon')).total_sure === 0, 'the wrong hit is gone');
			await undoOfToast(page).click();
			await until(async () => (await api(page, '/photos/search?q=lagoon')).total_sure === 1, 'the hit is back');
		}
	]
];
