import assert from 'node:assert/strict';
import { api, until } from '../waiting.mjs';
import { undoOfToast, visit } from './gathering.mjs';

const countOf = async (page) => (await api(page, '/people')).items.length;

async function waitForPeople(page, count) {
	await until(async () => (await countOf(page)) === count, `there are ${count} people`);
	await page.waitForFunction((count) => document.querySelectorAll('input[aria-label^="Choose "]').length === count, count);
}

export const peopleSteps = [
	[
		'a person is named in place',
		async ({ page, shot }) => {
			await visit(page, '/people');
			const name = page.getByPlaceholder('Add a name').first();
			await name.fill('Hercules');
			await name.press('Enter');
			await undoOfToast(page).waitFor();
			await page.getByRole('list', { name: 'People with names' }).getByRole('link', { name: /^Hercules, \d+ photos/ }).waitFor();
			await page.waitForFunction(() => document.querySelectorAll('.window img.shown').length >= 2);
			await shot('people');
		}
	],
	[
		'a question of the review is answered with one key, and the answer taken back with another',
		async ({ page, shot }) => {
			const { items } = await api(page, '/people/review');
			assert.equal(items[0]?.kind, 'same_person', 'two people of the fake vision are nearly alike');
			const before = await countOf(page);
			await visit(page, '/people/review');
			await page.getByRole('heading', { name: /the same person/ }).waitFor();
			await shot('review');
			await page.keyboard.press('y');
			await page.getByText('1 question answered').first().waitFor();
			assert.equal(await countOf(page), before - 1);
			await page.keyboard.press('u');
			await page.getByText('as it was before').waitFor();
			await page.getByRole('heading', { name: /the same person/ }).waitFor();
			assert.equal(await countOf(page), before);
		}
	],
	[
		'somebody is named in the review with Enter, a name and Enter',
		async ({ page, shot }) => {
			await visit(page, '/people/review');
			await page.getByRole('heading', { name: /the same person/ }).waitFor();
			await page.keyboard.press('s');
			await page.getByRole('heading', { name: 'Who is this?' }).waitFor();
			await page.locator('#known-names option[value="Hercules"]').waitFor({ state: 'attached' });
			await page.waitForFunction(() => !document.querySelector('.answers button:disabled'));
			await page.keyboard.press('Enter');
			await page.keyboard.type('Sixtus'); // with an s and an x, which are answers outside of the box
			await shot('review-who');
			await page.keyboard.press('Enter');
			await page.getByText('1 question answered').first().waitFor();
			const named = async () => (await api(page, '/people?named=true')).items.map((person) => person.name).sort();
			assert.deepEqual(await named(), ['Hercules', 'Sixtus']);
			await page.keyboard.press('u');
			await until(async () => (await named()).length === 1, 'the name is taken back');
			await page.getByRole('heading', { name: 'Who is this?' }).waitFor();
			await page.keyboard.press('u');
			await page.getByRole('heading', { name: /the same person/ }).waitFor();
		}
	],
	[
		'two people are merged, and the merge is undone',
		async ({ page, shot }) => {
			await visit(page, '/people');
			const boxes = page.getByRole('checkbox', { name: /^Choose/ });
			await boxes.first().waitFor();
			const before = await boxes.count();
			await boxes.nth(0).check();
			await boxes.nth(1).check();
			await page.getByRole('button', { name: 'Merge: the same person' }).click();
			await waitForPeople(page, before - 1);
			await shot('merged');
			await undoOfToast(page).click();
			await waitForPeople(page, before);
			assert.ok((await api(page, '/people')).items.some((person) => person.name === 'Hercules'), 'the name is still there');
		}
	],
	[
		'those who were told apart are merged only after a question',
		async ({ page, shot }) => {
			await visit(page, '/people');
			await page.getByRole('link', { name: /^Hercules,/ }).click();
			for (const face of ['Choose face 1', 'Choose face 2']) await page.getByRole('checkbox', { name: face, exact: true }).check();
			const hercules = page.url();
			await page.getByRole('button', { name: 'Split off: somebody else' }).click();
			await page.waitForURL((url) => /^\/people\/[\w-]{36}$/.test(url.pathname) && url.href !== hercules);
			await undoOfToast(page).waitFor();
			const other = new URL(page.url()).pathname.split('/').at(-1);
			await visit(page, '/people');
			await page.getByRole('checkbox', { name: 'Choose Hercules' }).check();
			await page.locator(`li:has(a[href="/people/${other}"]) input[type=checkbox]`).check();
			await page.getByRole('button', { name: 'Merge: the same person' }).click();
			const dialog = page.getByRole('dialog', { name: /the same person after all/ });
			await dialog.waitFor();
			await shot('asked-back');
			await dialog.getByRole('button', { name: 'Merge them' }).click();
			await page.getByRole('link', { name: /^Hercules, \d+ photos/ }).waitFor();
		}
	],
	[
		'a face is named in the photo',
		async ({ page, shot }) => {
			const person = (await api(page, '/people?named=false')).items[0];
			const [photo] = (await api(page, `/people/${person.id}/photos`)).items;
			await visit(page, `/photo/${photo.id}`);
			const name = page.getByLabel('Name of face 1');
			await name.fill('Iole');
			await name.press('Enter');
			await page.getByRole('button', { name: 'not Iole' }).waitFor();
			await page.getByRole('button', { name: 'Show in the picture' }).click();
			await page.getByRole('button', { name: 'Face 1: Iole' }).waitFor();
			await shot('face-named');
			await page.keyboard.press('Escape');
		}
	]
];
