// Drives the real service with a real browser, from the set-up link over an upload to a found photo.
//   node tests/e2e/run.mjs            starts `calotype serve` in a throw-away home
//   CALOTYPE_VISION=fake …            without models
//   CHROMIUM=/path/to/chromium …      another browser; E2E_KEEP=1 keeps the home and the server's output
// The steps build on each other: after a failure the rest is not tried and counts as failed. A step that returns a
// reason could not be taken in this set-up.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { startService } from './service.mjs';
import { accountSteps } from './steps/accounts.mjs';
import { photoSteps } from './steps/photos.mjs';
import { searchSteps } from './steps/search.mjs';
import { setupSteps } from './steps/setup.mjs';
import { uploadSteps } from './steps/upload.mjs';
import { windowSteps } from './steps/window.mjs';

const steps = [...setupSteps, ...uploadSteps, ...photoSteps, ...searchSteps, ...windowSteps, ...accountSteps];

async function walk(world) {
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

const folder = await mkdtemp(join(tmpdir(), 'calotype-e2e-'));
const shots = join(folder, 'screenshots');
let service;
let browser;
let result = { passed: 0, failed: steps.length };
try {
	service = await startService(folder);
	browser = await openBrowser(folder, shots, service.address);
	result = await walk({ ...browser.world, service, folder });
} catch (problem) {
	console.log(problem?.stack ?? problem);
} finally {
	await browser?.close();
	const last = await service?.stop();
	if (result.failed > 0 && last) console.log(`The last lines of the server:\n${last}`);
	for (const name of ['home', 'browser', 'pictures']) {
		if (!process.env.E2E_KEEP) await rm(join(folder, name), { recursive: true, force: true });
	}
}
console.log(`Screenshots: ${shots}`);
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exit(result.failed > 0 ? 1 : 0);
