/** All photos by month. Kept for as long as the page is open, so that coming back to the grid is instant. */
import { getMonth, getTimeline, sentence, type MonthColumns } from '$lib/api';
import { SvelteMap } from 'svelte/reactivity';
import type { Neighbours } from './sequence.svelte';

const EXPIRY_MARGIN_MS = 60_000;
const MOST_MONTHS_KEPT = 48;

class Timeline {
	months = $state.raw<{ month: string; photos: number }[]>([]);
	columns = new SvelteMap<string, MonthColumns>();
	total = $state(0);
	/** null until the first answer. */
	change = $state<number | null>(null);
	complaint = $state('');
	#stale = new Set<string>();
	#reading = new Map<string, Promise<void>>();
	#inView: string[] = [];

	/** Asks whether anything has changed, and reads the months in view again if so. */
	async refresh(): Promise<void> {
		try {
			const answer = await getTimeline();
			this.complaint = '';
			if (answer.change !== this.change) this.#accept(answer);
			this.#dropExpired();
		} catch (reason) {
			this.complaint = sentence(reason);
		}
		await Promise.all(this.#inView.map((month) => this.read(month)));
	}

	#accept(answer: Awaited<ReturnType<typeof getTimeline>>): void {
		this.months = answer.months;
		this.total = answer.total;
		this.change = answer.change;
		const listed = new Set(answer.months.map(({ month }) => month));
		for (const month of [...this.columns.keys()]) {
			if (listed.has(month)) this.#stale.add(month);
			else this.columns.delete(month);
		}
	}

	#dropExpired(): void {
		for (const [month, { images }] of this.columns) {
			if (Date.parse(images.expires_at) < Date.now() + EXPIRY_MARGIN_MS) this.#stale.add(month);
		}
	}

	show(months: string[]): void {
		this.#inView = months;
		this.#letGo();
		for (const month of months) void this.read(month);
	}

	/** Forgets the months that were read first and are out of sight. */
	#letGo(): void {
		const seen = new Set(this.#inView);
		const candidates = [...this.columns.keys()].filter((month) => !seen.has(month));
		for (const month of candidates.slice(0, Math.max(0, this.columns.size - MOST_MONTHS_KEPT))) this.columns.delete(month);
	}

	/** Reads a month unless it is known and fresh. The old columns stay in view meanwhile. */
	async read(month: string): Promise<void> {
		const running = this.#reading.get(month);
		if (running) return running;
		if (this.columns.has(month) && !this.#stale.has(month)) return;
		const reading = this.#read(month).finally(() => this.#reading.delete(month));
		this.#reading.set(month, reading);
		return reading;
	}

	async #read(month: string): Promise<void> {
		this.#stale.delete(month);
		try {
			this.columns.set(month, await getMonth(month));
		} catch (reason) {
			this.#stale.add(month);
			this.complaint = sentence(reason);
		}
	}

	/** The photos before and after one; `month` helps when it is not in a month that has been read yet. */
	async neighbours(id: string, month: string): Promise<Neighbours> {
		if (this.change === null) await this.refresh();
		await this.read(month);
		const position = this.months.findIndex((entry) => entry.month === month);
		const ids = this.columns.get(month)?.id ?? [];
		const index = ids.indexOf(id);
		if (position < 0 || index < 0) return { newer: null, older: null };
		const newer = ids[index - 1] ?? (await this.#edge(position - 1, -1));
		const older = ids[index + 1] ?? (await this.#edge(position + 1, 0));
		return { newer, older };
	}

	async #edge(position: number, at: number): Promise<string | null> {
		const month = this.months[position]?.month;
		if (!month) return null;
		await this.read(month);
		return this.columns.get(month)?.id.at(at) ?? null;
	}

	/** Takes a photo out of the grid at once; the next refresh agrees. */
	forget(id: string): void {
		for (const [month, columns] of this.columns) {
			const index = columns.id.indexOf(id);
			if (index < 0) continue;
			const without = <T>(list: T[]) => list.filter((_, at) => at !== index);
			this.columns.set(month, {
				...columns,
				id: without(columns.id),
				taken: without(columns.taken),
				ratio: without(columns.ratio),
				favourite: without(columns.favourite),
				...(columns.thumbhash ? { thumbhash: without(columns.thumbhash) } : {})
			});
			this.months = this.months.map((entry) => (entry.month === month ? { ...entry, photos: entry.photos - 1 } : entry)).filter(({ photos }) => photos > 0);
			this.total -= 1;
		}
	}
}

export const timeline = new Timeline();
