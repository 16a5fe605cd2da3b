/** Numbers as a photographer says them. Pure. */

/** "1/250 s", "0.6 s", "8 s" */
export function exposure(seconds: number): string {
	if (seconds <= 0) return '';
	if (seconds < 0.4) return `1/${Math.round(1 / seconds)} s`;
	return `${Number(seconds.toFixed(1))} s`;
}

export function megapixels(width: number, height: number): string {
	const value = (width * height) / 1e6;
	if (value < 0.1) return '< 0.1 MP';
	return `${value >= 10 ? Math.round(value) : value.toFixed(1)} MP`;
}

export function coordinates(latitude: number, longitude: number): string {
	const say = (value: number, positive: string, negative: string) => `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
	return `${say(latitude, 'N', 'S')}, ${say(longitude, 'E', 'W')}`;
}

/** Camera makers repeat themselves: "Canon" + "Canon EOS R5" is "Canon EOS R5". */
export function cameraName(make: string, model: string): string {
	if (!model) return make;
	const maker = make.split(' ')[0] ?? '';
	return model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${make} ${model}`.trim();
}
