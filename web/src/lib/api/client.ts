/** One way to talk to the server: JSON in, JSON out, and every refusal is a `Problem` with the server's own sentence. */

export const API = '/api/v1';

export class Problem extends Error {
	constructor(
		readonly status: number,
		message: string,
		/** True where the server would do it, but asks first: the same call with `confirm` does it. */
		readonly needsConfirmation = false
	) {
		super(message);
		this.name = 'Problem';
	}
}

export const UNREACHABLE = 'The server does not answer. Is Calotype still running?';

/** The sentence of an answer that was refused: `detail` of problem+json, else one of ours. */
export function refusalSentence(status: number, body: string): string {
	try {
		const problem = JSON.parse(body) as { detail?: unknown; title?: unknown };
		if (typeof problem.detail === 'string' && problem.detail) return problem.detail;
		if (typeof problem.title === 'string' && problem.title) return problem.title;
	} catch {
		// Not JSON: a proxy in between, or the server was stopped while it answered.
	}
	return status === 0 ? UNREACHABLE : `The server answered with ${status}. Try again in a moment.`;
}

/** Whether a refusal is only a question back. */
export function asksBack(body: string): boolean {
	try {
		return (JSON.parse(body) as { needs_confirmation?: unknown }).needs_confirmation === true;
	} catch {
		return false;
	}
}

interface CallOptions {
	method?: string;
	query?: Record<string, string | number | boolean | string[] | null | undefined>;
	body?: unknown;
	signal?: AbortSignal | undefined;
	fetch?: typeof fetch | undefined;
}

/** `path` is below `/api/v1`. @throws Problem when the server refuses or cannot be reached (status 0). */
export async function call<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
	const request: RequestInit = { method: options.method ?? 'GET', headers: { accept: 'application/json' } };
	if (options.signal) request.signal = options.signal;
	if (options.body !== undefined) {
		request.headers = { ...request.headers, 'content-type': 'application/json' };
		request.body = JSON.stringify(options.body);
	}
	const answer = await send(API + path + queryString(options.query), request, options.fetch ?? fetch);
	if (!answer.ok) {
		const text = await answer.text();
		throw new Problem(answer.status, refusalSentence(answer.status, text), asksBack(text));
	}
	return (answer.status === 204 ? undefined : await answer.json()) as Answer;
}

async function send(address: string, request: RequestInit, fetcher: typeof fetch): Promise<Response> {
	try {
		return await fetcher(address, request);
	} catch (reason) {
		if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
		throw new Problem(0, UNREACHABLE);
	}
}

/** Leaves out what is empty; an array is said once per item. */
export function queryString(query: CallOptions['query']): string {
	const said = new URLSearchParams();
	for (const [name, value] of Object.entries(query ?? {})) {
		if (value === null || value === undefined || value === '') continue;
		for (const one of Array.isArray(value) ? value : [value]) said.append(name, String(one));
	}
	const text = said.toString();
	return text ? `?${text}` : '';
}

export function isAborted(reason: unknown): boolean {
	return reason instanceof DOMException && reason.name === 'AbortError';
}

/** What to tell a person about something that went wrong. */
export function sentence(reason: unknown): string {
	return reason instanceof Error ? reason.message : String(reason);
}
