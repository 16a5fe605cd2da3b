import assert from 'node:assert/strict';
import { api, until } from '../waiting.mjs';

function openedId(page) {
	return new URL(page.url()).pathname.split('/').at(-1);
}

export const photoSteps = [
	[
		'a photo is opened with the keyboard and shows what is known',
		async ({ page, shot }) => {
			await page.locator('[data-photo]').first().focus();
			await page.keyboard.press('ArrowRight');
			await page.keyboard.press('ArrowLeft');
			await page.keyboard.press('Enter');
			await page.waitForURL('**/photo/*');
			const facts = page.getByRole('complementary');
			await facts.getByText('IMG_0002.jpg').waitFor();
			await facts.getByText('15 July 2021').waitFor();
			await facts.getByText('1600 × 1200').waitFor();
			await facts.getByText('Everything is done').waitFor();
			await page.waitForFunction(() => document.querySelector('.picture img')?.naturalWidth > 600);
			await shot('photo');
		}
	],
	[
		'the arrow keys go to the photos beside it, across months',
		async ({ page }) => {
			for (const name of ['IMG_0001.jpg', 'IMG_0004.jpg']) {
				await page.locator('.step.older:enabled').waitFor();
				await page.keyboard.press('ArrowRight');
				await page.getByRole('complementary').getByText(name).waitFor();
			}
			await page.locator('.step.newer:enabled').waitFor();
			await page.keyboard.press('ArrowLeft');
			await page.getByRole('complementary').getByText('IMG_0001.jpg').waitFor();
		}
	],
	[
		'a title, a tag, stars and a heart are kept',
		async ({ page, shot }) => {
			const id = openedId(page);
			await page.getByLabel('Title', { exact: true }).fill('Old quay before breakfast');
			await page.keyboard.press('Enter');
			await page.getByLabel('Add a tag').fill('voyage');
			await page.keyboard.press('Enter');
			await page.getByRole('button', { name: '4 stars' }).click();
			await page.getByRole('button', { name: 'Favourite (f)' }).click();
			await until(async () => {
				const photo = await api(page, `/photos/${id}`);
				return photo.title === 'Old quay before breakfast' && photo.tags.includes('voyage') && photo.rating === 4 && photo.is_favourite;
			}, 'title, tag, stars and heart are kept');
			await page.locator('button[aria-label="Favourite (f)"][aria-pressed=true]').waitFor();
			await page.locator('button[aria-label="4 stars"][aria-pressed=true]').waitFor();
			await shot('edited');
			await page.reload();
			await page.waitForFunction(() => document.querySelector('input.title')?.value === 'Old quay before breakfast');
		}
	],
	[
		'the keyword of the sidecar has come along',
		async ({ page }) => {
			const { items } = await api(page, '/photos?limit=10');
			const windmill = items.find((card) => card.file_name === 'IMG_0003.jpg');
			assert.deepEqual((await api(page, `/photos/${windmill.id}`)).keywords, ['excursion']);
			assert.ok(windmill.height > windmill.width, 'it stands upright');
		}
	],
	[
		'a photo goes to the trash, comes back by undo, and from the trash page',
		async ({ page, shot }) => {
			await page.keyboard.press('Escape');
			await page.waitForFunction(() => document.querySelectorAll('[data-photo] img.shown').length === 4);
			await page.locator('[data-photo]').last().click();
			await page.getByRole('complementary').getByText('IMG_0003.jpg').waitFor();
			await page.getByRole('button', { name: 'Move to trash (Delete)' }).click();
			await page.getByRole('button', { name: 'Undo' }).click();
			await page.getByText('back in the library').waitFor();
			await page.keyboard.press('Escape');
			await page.waitForFunction(() => document.querySelectorAll('[data-photo]').length === 4);
			await page.locator('[data-photo]').last().click();
			await page.getByRole('complementary').getByText('IMG_0003.jpg').waitFor();
			await page.keyboard.press('Delete');
			await page.getByText('in the trash for 30 days').waitFor();
			await page.keyboard.press('Escape');
			await page.waitForFunction(() => document.querySelectorAll('[data-photo]').length === 3);
			await page.goto(new URL('/trash', page.url()).href);
			await page.getByRole('button', { name: 'Restore IMG_0003.jpg' }).waitFor();
			await shot('trash');
			await page.getByRole('button', { name: 'Restore IMG_0003.jpg' }).click();
			await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
		}
	]
];
