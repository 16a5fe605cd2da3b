import { describe, expect, it } from 'vitest';
import { chooseCandidates } from './candidates';
import { addUp, ledgerSentence } from './ledger';

function found(...paths: string[]) {
	return paths.map((path) => ({ path, file: new File(['x'], path.split('/').at(-1) ?? '') }));
}

describe('chooseCandidates', () => {
	it('puts sidecars beside their photos, in both namings', () => {
		const chosen = chooseCandidates(found('a/x.jpg', 'a/x.jpg.xmp', 'a/y.NEF', 'a/y.XMP', 'b/y.jpg'));
		expect(chosen.map(({ path, sidecar }) => [path, sidecar?.name])).toEqual([
			['a/x.jpg', 'x.jpg.xmp'],
			['a/y.NEF', 'y.XMP'],
			['b/y.jpg', undefined]
		]);
	});

	it('gives one sidecar to all parts of a pair', () => {
		const chosen = chooseCandidates(found('y.nef', 'y.jpg', 'y.xmp'));
		expect(chosen.map(({ sidecar }) => sidecar?.name)).toEqual(['y.xmp', 'y.xmp']);
	});

	it('leaves out what systems leave behind', () => {
		expect(chooseCandidates(found('.DS_Store', 'a/Thumbs.db', 'a/._x.jpg', '.trash/x.jpg', 'x.jpg')).map(({ path }) => path)).toEqual(['x.jpg']);
	});

	it('refuses videos and lonely sidecars before a byte is sent', () => {
		const refusals = chooseCandidates(found('clip.MP4', 'z.xmp')).map(({ refusal }) => refusal);
		expect(refusals).toEqual(['Videos are not supported yet.', 'There is no photo beside this sidecar file.']);
	});

	it('sends everything else: the server decides what is a photo', () => {
		expect(chooseCandidates(found('notes.txt'))[0]?.refusal).toBeUndefined();
	});
});

describe('the ledger', () => {
	const item = (outcome: 'stored' | 'duplicate' | 'refused' | 'waiting' | 'sending', sentBytes = 0) => ({ outcome, sizeBytes: 100, sentBytes });

	it('adds up', () => {
		const totals = addUp([item('stored'), item('stored'), item('duplicate'), item('refused'), item('waiting'), item('sending', 40)]);
		expect(totals.stored + totals.duplicate + totals.refused + totals.failed + totals.waiting + totals.sending).toBe(totals.all);
		expect(totals.sentBytes).toBe(440);
		expect(ledgerSentence(totals)).toBe('2 stored, 1 duplicate, 1 refused');
	});
});
