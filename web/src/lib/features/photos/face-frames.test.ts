import { expect, it } from 'vitest';
import { drawnBox } from './face-frames.svelte';

it('draws from any corner, and stays within the picture', () => {
	const box = { x: 0.2, y: 0.3, width: 0.4, height: 0.2 };
	for (const [from, to] of [[{ x: 0.2, y: 0.3 }, { x: 0.6, y: 0.5 }], [{ x: 0.6, y: 0.3 }, { x: 0.2, y: 0.5 }]] as const) {
		const drawn = drawnBox(from, to);
		for (const side of ['x', 'y', 'width', 'height'] as const) expect(drawn?.[side]).toBeCloseTo(box[side]);
	}
	expect(drawnBox({ x: 0.5, y: 0.5 }, { x: 3, y: -1 })).toEqual({ x: 0.5, y: 0, width: 0.5, height: 0.5 });
});

it('takes a click for a click', () => {
	expect(drawnBox({ x: 0.5, y: 0.5 }, { x: 0.502, y: 0.6 })).toBeNull();
});
