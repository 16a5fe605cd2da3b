/** The eleven basic colour names as they look. */
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
