/** Arrow keys between the photos of a grid, by what is seen: up and down go to the photo nearest in that direction. */

const ARROWS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']);

export function nextTile(event: KeyboardEvent, grid: HTMLElement): HTMLElement | null {
	if (!ARROWS.has(event.key) || event.altKey || event.ctrlKey || event.metaKey) return null;
	const tiles = [...grid.querySelectorAll<HTMLElement>('[data-photo]')];
	const current = tiles.indexOf(document.activeElement as HTMLElement);
	if (current < 0) return tiles[0] ?? null;
	if (event.key === 'ArrowLeft') return tiles[current - 1] ?? null;
	if (event.key === 'ArrowRight') return tiles[current + 1] ?? null;
	const boxes = tiles.map((tile) => tile.getBoundingClientRect());
	const index = nearestIn(event.key === 'ArrowUp' ? -1 : 1, current, boxes);
	return index === null ? null : (tiles[index] ?? null);
}

interface Rectangle {
	left: number;
	top: number;
	width: number;
}

/** The nearest row above (-1) or below (1), and in it the photo whose middle is nearest. Pure. */
export function nearestIn(direction: -1 | 1, current: number, boxes: Rectangle[]): number | null {
	const here = boxes[current];
	if (!here) return null;
	let best: { index: number; row: number; across: number } | null = null;
	boxes.forEach((box, index) => {
		const row = (box.top - here.top) * direction;
		if (row <= 1) return;
		const across = Math.abs(box.left + box.width / 2 - here.left - here.width / 2);
		if (!best || row < best.row - 1 || (row < best.row + 1 && across < best.across)) best = { index, row, across };
	});
	return (best as { index: number } | null)?.index ?? null;
}
