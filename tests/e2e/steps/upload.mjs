import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paintFile } from '../pictures.mjs';
import { api, until } from '../waiting.mjs';

const UNDERSTOOD_MS = 240_000;

async function chooseFiles(page, paths) {
	await page.locator('header input[type=file]').setInputFiles(paths);
}

/** Waits until the panel's ledger says so. */
async function ledger(page, sentence) {
	await page.locator('section[aria-label=Uploads] .ledger', { hasText: sentence }).waitFor();
}

/** Drops real paths, folders too, as the desktop does. */
async function drop(page, paths) {
	const session = await page.context().newCDPSession(page);
	const about = { x: 400, y: 400, data: { items: [], files: paths, dragOperationsMask: 1 } };
	for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, ...about });
	await session.detach();
}

export const uploadSteps = [
	[
		'photos are uploaded by the button, and what is not a photo is refused with a sentence',
		async ({ page, folder, shot }) => {
			const pictures = join(folder, 'pictures');
			const first = await paintFile(page, pictures, 'IMG_0001.jpg', new Date(2021, 6, 15, 12), { word: 'HARBOUR', sky: '#4a7fb5' });
			const second = await paintFile(page, pictures, 'IMG_0002.jpg', new Date(2021, 6, 15, 13), { word: 'LIGHTHOUSE', sky: '#b5564a' });
			const notes = join(pictures, 'notes.jpg');
			await writeFile(notes, 'This is not a photo, whatever its name says.\n');
			await chooseFiles(page, [first, second, notes]);
			await ledger(page, '2 stored, 1 refused');
			const refusal = await page.locator('section[aria-label=Uploads] li.refused .text').innerText();
			assert.match(refusal, /\w+ \w+ \w+/, 'the refusal is a sentence');
			await shot('uploads');
		}
	],
	[
		'the same bytes again are a duplicate',
		async ({ page, folder }) => {
			await chooseFiles(page, [join(folder, 'pictures', 'IMG_0001.jpg')]);
			await ledger(page, '2 stored, 1 duplicate, 1 refused');
		}
	],
	[
		'a folder is dropped, with folders in it and a sidecar',
		async ({ page, folder }) => {
			const album = join(folder, 'pictures', 'album');
			await mkdir(join(album, 'inner'), { recursive: true });
			await paintFile(page, album, 'IMG_0003.jpg', new Date(2019, 11, 25, 9), { word: 'WINDMILL', sky: '#6a8f5a', width: 900, height: 1400 });
			await paintFile(page, join(album, 'inner'), 'IMG_0004.jpg', new Date(2019, 11, 26, 9), { word: 'BAKERY', sky: '#c9a227' });
			await writeFile(join(album, 'IMG_0003.jpg.xmp'), SIDECAR);
			await writeFile(join(album, '.DS_Store'), 'litter');
			await drop(page, [album]);
			await ledger(page, '4 stored, 1 duplicate, 1 refused');
			await page.getByRole('button', { name: 'Close' }).click();
		}
	],
	[
		'all of them stand in the timeline, by month, with their pictures',
		async ({ page, shot }) => {
			await page.goto(new URL('/', page.url()).href);
			await page.getByRole('heading', { name: 'July 2021' }).waitFor();
			await page.getByRole('heading', { name: 'December 2019' }).waitFor();
			await page.waitForFunction(() => document.querySelectorAll('[data-photo] img.shown').length === 4);
			await shot('timeline');
		}
	],
	[
		'the status line falls silent when everything is understood',
		async ({ page }) => {
			await until(async () => (await api(page, '/pipeline')).photos.completed === 4, 'four photos are understood', UNDERSTOOD_MS);
			await page.waitForFunction(() => !document.querySelector('main .status a'), undefined, { timeout: 60_000 });
		}
	]
];

const SIDECAR = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:subject><rdf:Bag><rdf:li>excursion</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>
`;
