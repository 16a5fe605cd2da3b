/** The secret of a set-up link stands after the `#`, where browsers never send it to a server or a log. */
export function setupToken(hash: string): string {
	return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}
