/** The uploads of this page: three at a time, each with its progress, each with an outcome. */
import { isAborted, Problem, sentence, uploadPhoto } from '$lib/api';
import type { Candidate } from './candidates';
import { addUp, type Outcome } from './ledger';

const AT_ONCE = 3;
const MOST_TRIES = 5;
const FIRST_WAIT_MS = 1_000;
/** No answer, too many requests, a server that restarts: worth another try. Anything else is final. */
const PASSING = new Set([0, 429, 502, 503, 504]);

export class UploadItem {
	outcome = $state<Outcome>('waiting');
	sentBytes = $state(0);
	sentence = $state('');
	photoId = $state('');
	readonly name: string;
	readonly sizeBytes: number;

	constructor(readonly candidate: Candidate) {
		this.name = candidate.path;
		this.sizeBytes = candidate.file.size;
		if (candidate.refusal) this.end('refused', candidate.refusal);
	}

	end(outcome: Outcome, text: string, photoId = ''): void {
		this.outcome = outcome;
		this.sentence = text;
		this.photoId = photoId;
	}
}

export class UploadQueue {
	items = $state.raw<UploadItem[]>([]);
	totals = $derived(addUp(this.items));
	isBusy = $derived(this.totals.waiting + this.totals.sending > 0);
	onstored: () => void = () => undefined;
	#waiting: UploadItem[] = [];
	#running = 0;
	#stop = new AbortController();

	add(candidates: Candidate[]): void {
		const fresh = candidates.map((candidate) => new UploadItem(candidate));
		this.items = [...this.items, ...fresh];
		this.#waiting.push(...fresh.filter((item) => item.outcome === 'waiting'));
		this.#fill();
	}

	retryFailed(): void {
		const failed = this.items.filter((item) => item.outcome === 'failed');
		for (const item of failed) item.end('waiting', '');
		this.#waiting.push(...failed);
		this.#fill();
	}

	/** Stops what runs; what was not sent counts as failed and can be tried again. */
	stop(): void {
		this.#waiting.length = 0;
		this.#stop.abort();
		this.#stop = new AbortController();
		for (const item of this.items) if (item.outcome === 'waiting') item.end('failed', 'Stopped before it was sent.');
	}

	clear(): void {
		if (!this.isBusy) this.items = [];
	}

	#fill(): void {
		while (this.#running < AT_ONCE) {
			const item = this.#waiting.shift();
			if (!item) return;
			this.#running += 1;
			void this.#send(item).finally(() => {
				this.#running -= 1;
				this.#fill();
			});
		}
	}

	async #send(item: UploadItem): Promise<void> {
		const { signal } = this.#stop;
		item.outcome = 'sending';
		for (let tries = 1; ; tries++) {
			try {
				return this.#accept(item, await this.#upload(item, signal));
			} catch (reason) {
				item.sentBytes = 0;
				if (isAborted(reason)) return item.end('failed', 'Stopped before it was sent.');
				const status = reason instanceof Problem ? reason.status : -1;
				if (!PASSING.has(status)) return item.end(status >= 400 && status < 500 ? 'refused' : 'failed', sentence(reason));
				if (tries >= MOST_TRIES || signal.aborted) return item.end('failed', sentence(reason));
				await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** (tries - 1)));
			}
		}
	}

	#upload(item: UploadItem, signal: AbortSignal) {
		const { file, sidecar } = item.candidate;
		return uploadPhoto({ file, sidecar, signal, onprogress: (sentBytes) => (item.sentBytes = sentBytes) });
	}

	#accept(item: UploadItem, answer: Awaited<ReturnType<typeof uploadPhoto>>): void {
		item.sentBytes = item.sizeBytes;
		if (answer.outcome === 'duplicate') {
			item.end('duplicate', answer.in_trash ? 'Already here, in the trash.' : 'Already in the library.', answer.id);
			return;
		}
		item.end('stored', '', answer.id);
		this.onstored();
	}
}

export const uploads = new UploadQueue();
