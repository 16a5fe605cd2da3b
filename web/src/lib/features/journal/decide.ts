/** Does what a person decided, says it in the history's own words, and offers to take it back. */
import { listJournal, Problem, sentence, undoEntries, type JournalEntry } from '$lib/api';
import { question, toasts } from '$lib/ui';
import { madeSince } from './rules';

interface Decision<Answer> {
	run: () => Promise<Answer>;
	/** After it was done and after it was undone: what is shown has changed. */
	onchange?: (() => void) | undefined;
	/** What to ask, and the call that does it all the same, where the server asks back. */
	confirm?: { title: string; text: string; yes: string; run: () => Promise<Answer> } | undefined;
	/** How many entries it may write at most. */
	entries?: number;
	/** Is told the entries that were written, newest first. With it no toast is shown: the page offers the undo itself. */
	onmade?: (ids: string[]) => void;
}

async function readNewest(limit = 1): Promise<JournalEntry[]> {
	return (await listJournal(null, limit)).items;
}

let isDeciding = false;

/** One decision at a time: a second click on the same button is no second word. @returns the answer, or null where it was refused, or not confirmed; a refusal has been told. */
export async function decide<Answer>({ run, onchange, confirm, entries = 1, onmade }: Decision<Answer>): Promise<Answer | null> {
	if (isDeciding) return null;
	isDeciding = true;
	try {
		const before = (await readNewest())[0] ?? null; // afresh: another page may have decided something in between
		const answer = await asked(run, confirm);
		if (answer === null) return null;
		onchange?.();
		const made = madeSince(before, await readNewest(entries));
		if (onmade) onmade(made.map((entry) => entry.id));
		else offerUndo(made, onchange);
		return answer;
	} catch (reason) {
		toasts.complain(sentence(reason));
		onchange?.(); // of several calls the first ones may have been done
		return null;
	} finally {
		isDeciding = false;
	}
}

function offerUndo(made: JournalEntry[], onchange?: () => void): void {
	const text = made.length > 1 ? `${made.length} decisions: ${made[0]?.summary ?? ''}` : made[0]?.summary;
	if (text) toasts.show(text, { label: 'Undo', run: () => void takeBack(made.map((entry) => entry.id), onchange) });
}

async function asked<Answer>(run: () => Promise<Answer>, confirm: Decision<Answer>['confirm']): Promise<Answer | null> {
	try {
		return await run();
	} catch (reason) {
		if (!confirm || !(reason instanceof Problem) || !reason.needsConfirmation) throw reason;
		const isYes = await question.ask({ title: confirm.title, text: confirm.text, yes: confirm.yes });
		return isYes ? confirm.run() : null;
	}
}

/** Undoes entries, all or none; `onchange` is called once it is done. @returns whether it was */
export async function takeBack(ids: string[], onchange?: () => void): Promise<boolean> {
	try {
		await undoEntries(ids);
		toasts.show('It is as it was before.');
		onchange?.();
		return true;
	} catch (reason) {
		toasts.complain(sentence(reason));
		return false;
	}
}
