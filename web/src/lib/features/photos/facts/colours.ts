import type { NamedColour } from '$lib/api';

export function colourName(colour: string | NamedColour): string {
	return typeof colour === 'string' ? colour : colour.name;
}

/** The eleven basic colour names as they look; other words (tones such as "night") get a neutral dot. */
const SWATCHES: Record<string, string> = {
	black: '#1b1b1b',
	white: '#fafafa',
	grey: '#8c8c8c',
	gray: '#8c8c8c',
	red: '#c8342b',
	orange: '#e3872d',
	yellow: '#ecc83c',
	green: '#4e9648',
	blue: '#3a6fc4',
	purple: '#7d4aa3',
	pink: '#e48fb0',
	brown: '#7c5232'
};

export function swatch(name: string): string {
	return SWATCHES[name.toLowerCase()] ?? 'transparent';
}
