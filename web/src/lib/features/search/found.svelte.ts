/** What a search has found so far. */
import { isAborted, searchPhotos, sentence, type Hit, type SearchAnswer } from '$lib/api';
import type { Asked } from './address';

export class Found {
	answer = $state.raw<SearchAnswer | null>(null);
	hits = $state.raw<Hit[]>([]);
	complaint = $state('');
	isSearching = $state(false);
	#asked: Asked = { q: '', drop: [] };
	#reading: AbortController | null = null;

	async ask(asked: Asked): Promise<void> {
		this.#reading?.abort();
		this.#asked = asked;
		await this.#read(null);
	}

	async more(): Promise<void> {
		const cursor = this.answer?.next_cursor;
		if (cursor && !this.isSearching) await this.#read(cursor);
	}

	async #read(cursor: string | null): Promise<void> {
		const reading = (this.#reading = new AbortController());
		this.isSearching = true;
		this.complaint = '';
		try {
			const answer = await searchPhotos(this.#asked.q, this.#asked.drop, cursor, reading.signal);
			this.hits = cursor ? [...this.hits, ...answer.items] : answer.items;
			this.answer = answer;
		} catch (reason) {
			if (!isAborted(reason)) this.complaint = sentence(reason);
		} finally {
			if (this.#reading === reading) this.isSearching = false;
		}
	}
}
