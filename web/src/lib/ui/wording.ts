/** Numbers in words. Pure. */

export function fileSize(sizeBytes: number): string {
	const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
	let value = sizeBytes;
	let unit = 0;
	while (value >= 1000 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
	return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}
