import { getPipeline, isAborted, sentence, type Pipeline } from '$lib/api';

const BUSY_MS = 2_500;
const QUIET_MS = 30_000;

/** Watches the pipeline: often while it works, seldom while it rests, not at all in a hidden tab. */
class PipelineWatch {
	state = $state.raw<Pipeline | null>(null);
	complaint = $state('');
	isBusy = $derived(
		this.state !== null &&
			(this.state.photos.pending > 0 || this.state.photos.processing > 0 || (this.state.organising ?? []).some((work) => work.state === 'running'))
	);
	#timer: ReturnType<typeof setTimeout> | undefined;
	#onchange: () => void = () => undefined;

	/** `onchange` is called while something is being done, and once when it is done. @returns stop */
	start(onchange: () => void): () => void {
		this.#onchange = onchange;
		const onvisible = () => document.visibilityState === 'visible' && this.soon();
		document.addEventListener('visibilitychange', onvisible);
		void this.ask();
		return () => {
			document.removeEventListener('visibilitychange', onvisible);
			clearTimeout(this.#timer);
		};
	}

	/** Something was just added: look now, not in half a minute. */
	soon(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.ask(), 400);
	}

	async ask(): Promise<void> {
		clearTimeout(this.#timer);
		if (document.visibilityState === 'hidden') return;
		const wasBusy = this.isBusy;
		try {
			this.state = await getPipeline();
			this.complaint = '';
		} catch (reason) {
			if (!isAborted(reason)) this.complaint = sentence(reason);
		}
		if (wasBusy || this.isBusy) this.#onchange();
		this.#timer = setTimeout(() => void this.ask(), this.isBusy ? BUSY_MS : QUIET_MS);
	}
}

export const pipelineWatch = new PipelineWatch();
