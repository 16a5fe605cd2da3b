/** A search is its address: what was asked, and which chips were dropped. Pure. */

export interface Asked {
	q: string;
	drop: string[];
}

export function readAsked(parameters: URLSearchParams): Asked {
	return { q: (parameters.get('q') ?? '').trim(), drop: parameters.getAll('drop') };
}

export function searchAddress({ q, drop }: Asked): string {
	const said = new URLSearchParams({ q });
	for (const id of drop) said.append('drop', id);
	return `/search?${said.toString()}`;
}

export function withoutChip(asked: Asked, id: string): Asked {
	return { q: asked.q, drop: asked.drop.includes(id) ? asked.drop : [...asked.drop, id] };
}

/** The suggestion takes the place of the words that it completes: the longest end of the text that it begins with. */
export function completed(q: string, suggestion: string): string {
	const words = q.trimEnd().split(/\s+/).filter(Boolean);
	for (let taken = words.length; taken > 0; taken--) {
		const end = words.slice(-taken).join(' ');
		if (suggestion.toLowerCase().startsWith(end.toLowerCase())) return [...words.slice(0, -taken), suggestion].join(' ');
	}
	return [...words.slice(0, -1), suggestion].join(' '); // a misspelt last word
}
