/** The frames around faces in the open picture: whether they are shown, which one is meant, whether a new one is drawn. */
import type { Box } from '$lib/api';

export class FaceFrames {
	isShown = $state(false);
	isDrawing = $state(false);
	active = $state<string | null>(null);

	point(id: string): void {
		this.isShown = true;
		this.active = this.active === id ? null : id;
	}

	reset(): void {
		this.active = null;
		this.isDrawing = false;
	}
}

export interface Spot {
	x: number;
	y: number;
}

/** The least side of a face that is drawn by hand; less was a click. */
const LEAST_SIDE = 0.01;

/** The box between two corners (0..1 of the picture), within it; null where it is too small to be meant. */
export function drawnBox(from: Spot, to: Spot): Box | null {
	const within = (value: number) => Math.min(1, Math.max(0, value));
	const [left, right] = [Math.min(within(from.x), within(to.x)), Math.max(within(from.x), within(to.x))];
	const [top, bottom] = [Math.min(within(from.y), within(to.y)), Math.max(within(from.y), within(to.y))];
	const box = { x: left, y: top, width: right - left, height: bottom - top };
	return box.width < LEAST_SIDE || box.height < LEAST_SIDE ? null : box;
}
