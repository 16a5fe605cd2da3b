// The real service in a home of its own.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
const KEPT_LINES = 60;

/** @returns {Promise<{address: string, setupLink: string, vision: string, stop: () => Promise<string>}>} */
export async function startService(folder, vision = process.env.CALOTYPE_VISION ?? 'local') {
	if (process.env.E2E_ADDRESS) return foreignService(vision);
	const home = join(folder, 'home');
	await mkdir(home, { recursive: true });
	const port = await freePort();
	const environment = { ...process.env, CALOTYPE_HOME: home, CALOTYPE_PORT: String(port), CALOTYPE_WEB: join(ROOT, 'web', 'build'), CALOTYPE_VISION: vision };
	const child = spawn(join(ROOT, '.venv', 'bin', 'calotype'), ['serve'], {
		env: { ...environment, COLUMNS: '250', NO_COLOR: '1' }, // so that a link stands on one line
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const output = collect(child);
	try {
		const setupLink = await output.find(/https?:\/\/\S+\/setup#token=[\w.~-]+/, START_TIMEOUT_MS);
		const address = `http://127.0.0.1:${port}`;
		await healthy(address);
		return { address, setupLink, vision, stop: () => stop(child, output) };
	} catch (problem) {
		throw new Error(`${problem.message}\n${await stop(child, output)}`);
	}
}

/** A server that somebody else started, for working on the page: E2E_ADDRESS and E2E_SETUP_LINK. */
function foreignService(vision) {
	const address = process.env.E2E_ADDRESS;
	return { address, setupLink: process.env.E2E_SETUP_LINK ?? `${address}/setup#token=x`, vision, stop: async () => '' };
}

function collect(child) {
	let text = '';
	let exit = null;
	const waiting = new Set();
	const look = () => waiting.forEach((one) => one());
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (part) => {
			text += part;
			look();
		});
	}
	child.on('error', (problem) => ((exit = problem.message), look()));
	child.on('exit', (code, signal) => ((exit = `it ended with ${code ?? signal}`), look()));
	return {
		last: () => text.trimEnd().split('\n').slice(-KEPT_LINES).join('\n'),
		find: (pattern, timeoutMs) =>
			new Promise((resolve, reject) => {
				const timer = setTimeout(() => end(reject, new Error(`The service did not print its set-up link in ${timeoutMs / 1000} s.`)), timeoutMs);
				const end = (settle, value) => {
					clearTimeout(timer);
					waiting.delete(check);
					settle(value);
				};
				const check = () => {
					const found = pattern.exec(text);
					if (found) end(resolve, found[0]);
					else if (exit) end(reject, new Error(`The service did not start: ${exit}.`));
				};
				waiting.add(check);
				check();
			})
	};
}

async function healthy(address) {
	const until = Date.now() + START_TIMEOUT_MS;
	for (;;) {
		const answer = await fetch(`${address}/healthz`).catch(() => null);
		if (answer?.ok) return;
		if (Date.now() > until) throw new Error('The service never said that it is healthy.');
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

async function stop(child, output) {
	if (child.exitCode === null && child.signalCode === null) {
		const ended = new Promise((resolve) => child.once('exit', resolve));
		child.kill('SIGINT');
		const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
		await ended;
		clearTimeout(timer);
	}
	return output.last();
}

function freePort() {
	return new Promise((resolve, reject) => {
		const server = createServer().on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}
