/** The photo that is open: what is known of it, what stands beside it, and what a person does to it. */
import { changePhoto, countView, getPhoto, isAborted, restorePhoto, sentence, trashPhoto, type PhotoChanges, type PhotoDetail } from '$lib/api';
import { toasts } from '$lib/ui';
import { sequence, type Neighbours } from './sequence.svelte';
import { timeline } from './timeline.svelte';
import { trashed } from './trashed.svelte';

const ASK_AGAIN_MS = 2_500;

export class OpenedPhoto {
	id = $state('');
	detail = $state.raw<PhotoDetail | null>(null);
	neighbours = $state.raw<Neighbours>({ newer: null, older: null });
	complaint = $state('');
	#reading: AbortController | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Changes go out one after the other; only the answer to the last one is shown, or an older one would undo it. */
	#saving: Promise<void> = Promise.resolve();
	#unsaved = 0;

	/** Follows `id`; while the photo is still being worked on, it asks again. */
	open(id: string): void {
		this.close();
		if (this.id !== id) this.detail = null;
		this.id = id;
		this.complaint = '';
		void this.#read(id);
		// What one looks at says something of one's taste; that it could not be counted is nobody's trouble.
		countView(id).catch(() => undefined);
	}

	/** Something was decided about it elsewhere: of its faces, its labels, its place. */
	readAgain(): void {
		this.close();
		if (this.id) void this.#read(this.id);
	}

	close(): void {
		this.#reading?.abort();
		clearTimeout(this.#timer);
	}

	async #read(id: string): Promise<void> {
		this.#reading = new AbortController();
		try {
			const detail = await getPhoto(id, this.#reading.signal);
			if (this.id !== id) return;
			if (this.#unsaved === 0 || this.detail?.id !== id) this.detail = detail;
			await this.#findNeighbours(detail);
			if (detail.status === 'pending' || detail.status === 'processing') {
				this.#timer = setTimeout(() => void this.#read(id), ASK_AGAIN_MS);
			}
		} catch (reason) {
			if (!isAborted(reason) && this.id === id) this.complaint = sentence(reason);
		}
	}

	async #findNeighbours(detail: PhotoDetail): Promise<void> {
		const found = sequence.neighbours(detail.id) ?? (await timeline.neighbours(detail.id, detail.taken_local.slice(0, 7)));
		if (this.id === detail.id) this.neighbours = found;
	}

	/** Shows a change at once, and takes it back with the server's sentence when it is refused. */
	change(changes: PhotoChanges): Promise<void> {
		const before = this.detail;
		if (!before) return Promise.resolve();
		this.detail = { ...before, ...changes } as PhotoDetail;
		this.#unsaved += 1;
		this.#saving = this.#saving.then(() => this.#save(before, changes));
		return this.#saving;
	}

	async #save(before: PhotoDetail, changes: PhotoChanges): Promise<void> {
		let after = before;
		try {
			after = await changePhoto(before.id, changes);
		} catch (reason) {
			toasts.complain(sentence(reason));
		}
		this.#unsaved -= 1;
		if (this.id === before.id && this.#unsaved === 0) this.detail = after;
		void timeline.refresh();
	}

	/** Takes it out of sight, or back among the others. @returns whether it was done */
	async hide(isHidden: boolean): Promise<boolean> {
		const { id } = this;
		if (!(await setHidden(id, isHidden))) return false;
		if (isHidden) {
			timeline.forget(id);
			toasts.show('The photo is hidden. It is found under “Hidden” and nowhere else.', { label: 'Undo', run: () => void setHidden(id, false) });
		} else this.readAgain();
		return true;
	}

	/** @returns whether it is in the trash now */
	async trash(): Promise<boolean> {
		const { id } = this;
		try {
			await trashPhoto(id);
		} catch (reason) {
			toasts.complain(sentence(reason));
			return false;
		}
		trashed.add(id);
		timeline.forget(id);
		toasts.show('The photo is in the trash for 30 days.', { label: 'Undo', run: () => void restore(id) });
		return true;
	}
}

/** Hides a photo or shows it again. */
export async function setHidden(id: string, isHidden: boolean): Promise<boolean> {
	try {
		await changePhoto(id, { is_hidden: isHidden });
	} catch (reason) {
		toasts.complain(sentence(reason));
		return false;
	}
	void timeline.refresh();
	return true;
}

/** Takes a photo out of the trash again. */
export async function restore(id: string): Promise<boolean> {
	try {
		await restorePhoto(id);
	} catch (reason) {
		toasts.complain(sentence(reason));
		return false;
	}
	trashed.delete(id);
	toasts.show('The photo is back in the library.');
	await timeline.refresh();
	return true;
}
