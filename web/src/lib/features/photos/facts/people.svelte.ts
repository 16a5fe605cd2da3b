/** The names that can be given to a face: those of the people who have one. Read once, when first asked for. */
import { listPeople, type Person } from '$lib/api';

class KnownPeople {
	list = $state.raw<Person[]>([]);
	#isAsked = false;

	/** Reads them if that was not done yet, or always when `anew`. Without them a name can still be typed. */
	async read(anew = false): Promise<void> {
		if (this.#isAsked && !anew) return;
		this.#isAsked = true;
		try {
			this.list = (await listPeople({ named: true, limit: 200 })).items;
		} catch {
			this.#isAsked = false;
		}
	}

	named(name: string): Person | null {
		return this.list.find((person) => person.name?.toLowerCase() === name.toLowerCase()) ?? null;
	}
}

export const knownPeople = new KnownPeople();
