import assert from 'node:assert/strict';
import { api } from '../waiting.mjs';
import { visit } from './gathering.mjs';

const titleOf = async (page, id) => (await api(page, `/moments/${id}`)).title;

let momentId = '';
let before = '';

export const momentSteps = [
	[
		'a moment is renamed',
		async ({ page, shot }) => {
			await visit(page, '/moments');
			await page.locator('a[href^="/moments/"]').first().waitFor();
			await shot('moments');
			await page.locator('main a[href^="/moments/"]').first().click();
			await page.waitForURL(/\/moments\/[\w-]{36}$/);
			momentId = new URL(page.url()).pathname.split('/').at(-1);
			before = await titleOf(page, momentId);
			const title = page.getByLabel('Title', { exact: true });
			await title.fill('The long table under the fig tree');
			await title.press('Enter');
			await page.locator('.toast').getByRole('button', { name: 'Undo' }).waitFor();
			assert.equal(await titleOf(page, momentId), 'The long table under the fig tree');
			await shot('moment');
		}
	],
	[
		'it is undone from the history, and the line is struck through',
		async ({ page, shot }) => {
			await visit(page, '/history');
			const line = page.getByRole('listitem').filter({ hasText: 'fig tree' }).last();
			await line.getByRole('button', { name: /^Undo/ }).click();
			await page.locator('del', { hasText: 'fig tree' }).waitFor();
			assert.equal(await titleOf(page, momentId), before);
			await shot('history');
		}
	],
	[
		'several decisions are undone together',
		async ({ page }) => {
			const standing = async () => (await api(page, '/journal')).items.filter((entry) => entry.can_undo && !entry.undoes).length;
			const many = await standing();
			const lines = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Undo:/ }) });
			for (const place of [0, 1]) await lines.nth(place).getByRole('checkbox').check();
			await page.getByRole('button', { name: 'Undo 2 chosen' }).click();
			await page.getByText('2 decisions undone').waitFor();
			assert.equal(await standing(), many - 2);
		}
	]
];
