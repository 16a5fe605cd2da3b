/** Asks a person before something is done, and waits for the answer. One question at a time. */

export interface Asking {
	title: string;
	text: string;
	/** What the button that does it says. */
	yes: string;
}

class Question {
	asking = $state.raw<Asking | null>(null);
	#answer: ((isYes: boolean) => void) | null = null;

	ask(asking: Asking): Promise<boolean> {
		this.answer(false); // an older question that nobody answered
		this.asking = asking;
		return new Promise((resolve) => (this.#answer = resolve));
	}

	answer(isYes: boolean): void {
		this.#answer?.(isYes);
		this.#answer = null;
		this.asking = null;
	}
}

export const question = new Question();
