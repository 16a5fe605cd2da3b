// Debian's Chromium, driven by playwright-core. Everything that a page must not do is written down.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const SLOW_MACHINE_MS = 30_000;
const FLAGS = [
	'--no-sandbox', // root, as in CI
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

function executable() {
	const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
	const found = places.find((place) => place && existsSync(place));
	if (!found) throw new Error('There is no Chromium: install it (Debian: apt-get install chromium) or name it in CHROMIUM.');
	return found;
}

export async function openBrowser(folder, shots, address) {
	await mkdir(shots, { recursive: true });
	await mkdir(join(folder, 'pictures'), { recursive: true });
	const browser = await chromium.launch({ executablePath: executable(), headless: true, args: FLAGS });
	/** Complaints of the console and requests to other hosts. */
	const misdeeds = [];
	let shot = 0;

	async function openPage(options = {}) {
		const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
		context.setDefaultTimeout(SLOW_MACHINE_MS);
		const page = await context.newPage();
		watch(page, address, misdeeds);
		return page;
	}

	const page = await openPage();
	const world = {
		page,
		openPage,
		misdeeds,
		shot: (name, of = page) => of.screenshot({ path: join(shots, `${String(++shot).padStart(2, '0')}-${name}.png`) })
	};
	return { world, close: () => browser.close() };
}

function watch(page, address, misdeeds) {
	page.on('pageerror', (problem) => misdeeds.push(`uncaught: ${problem.message}`));
	page.on('console', (message) => {
		// The browser itself logs each refused request; refusals (a 404 while a print is made, a 401 before signing in) are part of the play.
		if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) misdeeds.push(`console: ${message.text()}`);
	});
	page.on('request', (request) => {
		if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(`${address}/`)) misdeeds.push(`request to another host: ${request.url()}`);
	});
}
