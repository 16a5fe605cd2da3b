/** A list that comes page by page. */

interface Page<Item> {
	items: Item[];
	next_cursor: string | null;
}

type Item<P> = P extends Page<infer One> ? One : never;

export class Pages<P extends Page<unknown>> {
	items = $state.raw<Item<P>[]>([]);
	/** The page that came last: whatever else it says. */
	last = $state.raw<P | null>(null);
	complaint = $state('');
	isReading = $state(false);
	#ask: (cursor: string | null, signal: AbortSignal) => Promise<P>;
	#reading: AbortController | null = null;

	constructor(ask: (cursor: string | null, signal: AbortSignal) => Promise<P>) {
		this.#ask = ask;
	}

	/** From the beginning. What stands there stays until the answer is there. */
	read(): Promise<void> {
		this.#reading?.abort();
		return this.#read(null);
	}

	async more(): Promise<void> {
		const cursor = this.last?.next_cursor;
		if (cursor && !this.isReading) await this.#read(cursor);
	}

	async #read(cursor: string | null): Promise<void> {
		const reading = (this.#reading = new AbortController());
		this.isReading = true;
		this.complaint = '';
		try {
			const page = await this.#ask(cursor, reading.signal);
			if (reading !== this.#reading) return;
			const items = page.items as Item<P>[];
			this.items = cursor ? [...this.items, ...items] : items;
			this.last = page;
		} catch (reason) {
			if (reading === this.#reading && !reading.signal.aborted) this.complaint = reason instanceof Error ? reason.message : String(reason);
		} finally {
			if (reading === this.#reading) this.isReading = false;
		}
	}
}
