/** What "next photo" means depends on where one came from: the timeline, a search, the trash. */

export interface Neighbours {
	newer: string | null;
	older: string | null;
}

class Sequence {
	/** The ids of the list a photo was opened from, in its order; null: the timeline. */
	ids = $state.raw<string[] | null>(null);

	neighbours(id: string): Neighbours | null {
		const index = this.ids?.indexOf(id) ?? -1;
		if (!this.ids || index < 0) return null;
		return { newer: this.ids[index - 1] ?? null, older: this.ids[index + 1] ?? null };
	}
}

export const sequence = new Sequence();
