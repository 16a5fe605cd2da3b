import assert from 'node:assert/strict';

async function search(page, words) {
	const box = page.getByRole('combobox', { name: 'Search your photos' });
	await box.fill(words);
	const found = page.waitForResponse((response) => {
		const { pathname, searchParams } = new URL(response.url());
		return pathname === '/api/v1/photos/search' && searchParams.get('q') === words;
	});
	await box.press('Enter');
	await found;
	await page.locator('.results[aria-busy=false] .count').waitFor();
}

/** What the page was told. */
async function answer(page) {
	return page.evaluate(async () => (await fetch(`/api/v1/photos/search${location.search}`)).json());
}

export const searchSteps = [
	[
		'words complete themselves while one types',
		async ({ page }) => {
			const box = page.getByRole('combobox', { name: 'Search your photos' });
			await box.pressSequentially('voy');
			await page.getByRole('option', { name: /voyage/ }).waitFor();
			await page.keyboard.press('ArrowDown');
			await page.keyboard.press('Enter');
			await page.waitForURL((url) => url.searchParams.get('q') === 'voyage');
			await page.locator('.results [data-photo]').first().waitFor();
		}
	],
	[
		'a photo is found by the title it was given, and the hit says why',
		async ({ page, shot }) => {
			await search(page, 'quay breakfast');
			await page.locator('.results figure').first().waitFor();
			const { items } = await answer(page);
			assert.equal(items[0].file_name, 'IMG_0001.jpg');
			assert.equal(items[0].match, 'sure');
			await page.locator('.results figure').first().getByText('title').waitFor();
			await shot('search');
		}
	],
	[
		'a photo is found by the words that stand in it',
		async ({ page, service, shot }) => {
			if (service.vision !== 'local') return 'the fake vision does not read';
			await search(page, 'lighthouse');
			await page.locator('.results figure').first().waitFor();
			const { items } = await answer(page);
			assert.equal(items[0].file_name, 'IMG_0002.jpg');
			assert.ok(items[0].reasons.some((reason) => reason.kind === 'text'), JSON.stringify(items[0].reasons));
			await shot('search-text');
		}
	],
	[
		'time is read as a chip, and the chip can be dropped',
		async ({ page, shot }) => {
			await search(page, 'voyage in 2019');
			const chip = page.locator('.chip', { hasText: '2019' });
			await chip.waitFor();
			await shot('chips');
			assert.ok((await answer(page)).items.every((hit) => hit.taken_local.startsWith('2019')));
			await chip.getByRole('button').click();
			await page.waitForURL((url) => url.searchParams.has('drop'));
			await chip.waitFor({ state: 'detached' });
			assert.equal((await answer(page)).items[0].file_name, 'IMG_0001.jpg');
			await page.getByRole('button', { name: 'read everything again' }).click();
			await chip.waitFor();
		}
	],
	[
		'what is not there is not made up',
		async ({ page, shot }) => {
			await search(page, 'zeppelin over the serengeti');
			await page.getByRole('heading', { name: 'No good match' }).waitFor();
			await shot('no-match');
		}
	],
	[
		'a hit opens above the results, and "back" returns to them',
		async ({ page }) => {
			await search(page, 'quay breakfast');
			await page.locator('.results [data-photo]').first().click();
			await page.getByRole('dialog').waitFor();
			await page.goBack();
			await page.getByRole('dialog').waitFor({ state: 'detached' });
			assert.equal(new URL(page.url()).searchParams.get('q'), 'quay breakfast');
		}
	]
];
