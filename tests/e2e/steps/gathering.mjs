// A small library in which there is something to organise: two people, two events, twins, one place.
import { join } from 'node:path';
import { paintFile } from '../pictures.mjs';
import { api, until } from '../waiting.mjs';

const ORGANISED_MS = 240_000;
const LISBON = [38.7223, -9.1393];
/** For the fake vision these are people; AMBER lies between red and the red-yellow of orange. */
export const GREEN = 'rgb(20 160 20)';
export const RED = 'rgb(220 20 20)';
export const AMBER = 'rgb(236 80 11)';

const PICTURES = [
	...[0, 1, 2].map((number) => ({ name: `MAY_${number}.jpg`, taken: [2024, 4, 3, 10, number * 6], word: `MAY ${number}`, sky: '#1414dc', seed: 11 + number, faces: [GREEN], gps: LISBON })),
	...[0, 1, 2].map((number) => ({ name: `JUNE_${number}.jpg`, taken: [2024, 5, 20, 15, number * 6], word: `JUNE ${number}`, sky: '#f0e614', seed: 31 + number, faces: [RED], gps: LISBON })),
	...[0, 1, 2].map((number) => ({ name: `JULY_${number}.jpg`, taken: [2024, 6, 14, 9, number * 6], word: `JULY ${number}`, sky: '#78461e', seed: 71 + number, faces: [AMBER], gps: LISBON })),
	{ name: 'TWIN.jpg', taken: [2024, 8, 1, 12, 0], word: 'TWIN', sky: '#14a014', seed: 57, hasExif: true },
	{ name: 'TWIN_small.jpg', taken: [2024, 8, 1, 12, 0], word: 'TWIN', sky: '#14a014', seed: 57, width: 1000, height: 750, hasExif: true }
];

async function isOrganised(page) {
	const pipeline = await api(page, '/pipeline');
	const isQuiet = Object.values(pipeline.queue).every((waiting) => waiting === 0) && pipeline.organising.every((work) => work.state !== 'running');
	if (pipeline.photos.completed !== PICTURES.length || !isQuiet) return false;
	return (await api(page, '/people')).items.length >= 2 && (await api(page, '/moments')).items.length === 3;
}

/** Goes to another page of the same library. */
export const visit = (page, path) => page.goto(new URL(path, page.url()).href);

/** The toast with the way back: its button. */
export const undoOfToast = (page) => page.locator('.toast').last().getByRole('button', { name: 'Undo' });

export const gatheringSteps = [
	[
		'a small library is gathered and organised by itself',
		async ({ page, folder }) => {
			const paths = [];
			for (const { name, taken, ...picture } of PICTURES) {
				paths.push(await paintFile(page, join(folder, 'pictures'), name, new Date(...taken), picture));
			}
			await page.locator('header input[type=file]').setInputFiles(paths);
			await page.locator('section[aria-label=Uploads] .ledger', { hasText: `${PICTURES.length} stored` }).waitFor({ timeout: 60_000 });
			await page.getByRole('button', { name: 'Close' }).click();
			await until(() => isOrganised(page), 'everything is understood and organised', ORGANISED_MS);
		}
	],
	[
		'the work on the whole library stands on the page of the pipeline',
		async ({ page, shot }) => {
			await visit(page, '/pipeline');
			await page.getByRole('heading', { name: 'Organising' }).waitFor();
			await page.getByText('Trips and events').waitFor();
			await shot('organising');
		}
	]
];
