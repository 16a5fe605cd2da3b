// Waiting for what the server says. (playwright's waitForFunction takes the promise of an async function for a yes.)
const PAUSE_MS = 300;

export const api = (page, path) => page.evaluate(async (path) => (await fetch(`/api/v1${path}`)).json(), path);

/** Asks until the answer is yes. @param {() => Promise<boolean>} ask */
export async function until(ask, what, timeoutMs = 30_000) {
	const end = Date.now() + timeoutMs;
	while (!(await ask())) {
		if (Date.now() > end) throw new Error(`In ${timeoutMs / 1000} s it did not come about that ${what}.`);
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
}
