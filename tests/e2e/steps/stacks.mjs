import assert from 'node:assert/strict';
import { api } from '../waiting.mjs';
import { undoOfToast, visit } from './gathering.mjs';

const inTrash = async (page) => (await api(page, '/photos?trashed=true')).items.map((card) => card.file_name);

export const stackSteps = [
	[
		'one of twins is kept, the other goes to the trash',
		async ({ page, shot }) => {
			await visit(page, '/duplicates');
			await page.getByText('Proposed.').first().waitFor();
			await shot('duplicates');
			await page.getByRole('button', { name: 'Keep the proposed one' }).first().click();
			await undoOfToast(page).waitFor();
			assert.deepEqual(await inTrash(page), ['TWIN_small.jpg']);
		}
	],
	[
		'and comes back with the stack when that is undone',
		async ({ page }) => {
			await undoOfToast(page).click();
			await page.getByText('as it was before').waitFor();
			await page.getByText('Proposed.').first().waitFor();
			assert.deepEqual(await inTrash(page), []);
		}
	]
];
