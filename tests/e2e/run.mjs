// Drives the real service with a real browser, in two plays, each in a throw-away home of its own:
//   the first    from the set-up link over an upload to a found photo, with the models (or CALOTYPE_VISION)
//   the second   people, moments, twins, learning and the history, always with the fake vision, whose people can be painted
//   node tests/e2e/run.mjs            both;  E2E_PLAY=first or second: one of them
//   CALOTYPE_VISION=fake …            the first without models, too
//   CHROMIUM=/path/to/chromium …      another browser; E2E_KEEP=1 keeps the homes
// The steps of a play build on each other: after a failure the rest is not tried and counts as failed. A step that returns a
// reason could not be taken in this set-up.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { startService } from './service.mjs';
import { accountSteps } from './steps/accounts.mjs';
import { gatheringSteps } from './steps/gathering.mjs';
import { learningSteps } from './steps/learning.mjs';
import { momentSteps } from './steps/moments.mjs';
import { narrowSteps } from './steps/narrow.mjs';
import { peopleSteps } from './steps/people.mjs';
import { photoSteps } from './steps/photos.mjs';
import { placeSteps } from './steps/places.mjs';
import { searchSteps } from './steps/search.mjs';
import { setupSteps } from './steps/setup.mjs';
import { stackSteps } from './steps/stacks.mjs';
import { uploadSteps } from './steps/upload.mjs';
import { windowSteps } from './steps/window.mjs';

const plays = [
	{ name: 'first', vision: undefined, steps: [...setupSteps, ...uploadSteps, ...photoSteps, ...searchSteps, ...windowSteps, ...accountSteps] },
	{
		name: 'second',
		vision: 'fake',
		steps: [...setupSteps.slice(0, 2), ...gatheringSteps, ...peopleSteps, ...momentSteps, ...placeSteps, ...learningSteps, ...stackSteps, ...narrowSteps]
	}
].filter((play) => !process.env.E2E_PLAY || process.env.E2E_PLAY === play.name);

async function walk(steps, world) {
	let passed = 0;
	let skipped = 0;
	for (const [name, step] of steps) {
		const started = Date.now();
		try {
			const reason = await step(world);
			if (reason) {
				skipped += 1;
				console.log(`  – ${name}: ${reason}`);
				continue;
			}
		} catch (problem) {
			console.log(`  ✗ ${name}\n    ${String(problem?.stack ?? problem).split('\n').slice(0, 12).join('\n    ')}`);
			await world.shot('failed').catch(() => undefined);
			return { passed, failed: steps.length - passed - skipped };
		}
		passed += 1;
		console.log(`  ✓ ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
	}
	return { passed, failed: 0 };
}

/** Its own service and its own browser. */
async function perform({ name, vision, steps }, root) {
	const folder = join(root, name);
	const shots = join(folder, 'screenshots');
	await mkdir(folder);
	let service;
	let browser;
	let result = { passed: 0, failed: steps.length };
	try {
		service = await startService(folder, vision);
		browser = await openBrowser(folder, shots, service.address);
		console.log(`The ${name} play, vision: ${service.vision}`);
		result = await walk(steps, { ...browser.world, service, folder });
	} catch (problem) {
		console.log(problem?.stack ?? problem);
	} finally {
		await browser?.close();
		const last = await service?.stop();
		if (result.failed > 0 && last) console.log(`The last lines of the server:\n${last}`);
		for (const part of ['home', 'browser', 'pictures']) {
			if (!process.env.E2E_KEEP) await rm(join(folder, part), { recursive: true, force: true });
		}
	}
	console.log(`Screenshots: ${shots}`);
	return result;
}

const root = await mkdtemp(join(tmpdir(), 'calotype-e2e-'));
const results = [];
for (const play of plays) results.push(await perform(play, root));
const sum = (what) => results.reduce((total, result) => total + result[what], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') > 0 ? 1 : 0);
