/** Short messages at the foot of the page. One with an action (undo) stays longer. */

export interface Toast {
	id: number;
	text: string;
	tone: 'plain' | 'bad';
	action?: { label: string; run: () => void };
}

const SHOWN_MS = 5_000;
const SHOWN_WITH_ACTION_MS = 10_000;

class Toasts {
	list = $state<Toast[]>([]);
	#next = 1;

	show(text: string, action?: Toast['action'], tone: Toast['tone'] = 'plain'): void {
		const toast: Toast = action ? { id: this.#next++, text, tone, action } : { id: this.#next++, text, tone };
		this.list = [...this.list.slice(-2), toast];
		setTimeout(() => this.dismiss(toast.id), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
	}

	complain(text: string): void {
		this.show(text, undefined, 'bad');
	}

	dismiss(id: number): void {
		this.list = this.list.filter((toast) => toast.id !== id);
	}
}

export const toasts = new Toasts();
