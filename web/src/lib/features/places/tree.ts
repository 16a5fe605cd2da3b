/** The tree of places. Pure. */
import type { PlaceNode } from '$lib/api';

export function placeAddress(key: string): string {
	return `/places/${encodeURIComponent(key)}`;
}

/** The way from a country down to the place with that key; empty where there is none. */
export function wayTo(key: string, nodes: PlaceNode[]): PlaceNode[] {
	for (const node of nodes) {
		if (node.key === key) return [node];
		const below = wayTo(key, node.children);
		if (below.length) return [node, ...below];
	}
	return [];
}
