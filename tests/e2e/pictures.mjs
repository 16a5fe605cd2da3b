// Photos made on the spot: a JPEG with a word in large letters, painted by the browser.
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @returns {Promise<Buffer>} */
export async function paint(page, { word, sky, width = 1600, height = 1200 }) {
	const base64 = await page.evaluate(
		async ({ word, sky, width, height }) => {
			const canvas = new OffscreenCanvas(width, height);
			const pen = canvas.getContext('2d');
			const fill = pen.createLinearGradient(0, 0, 0, height);
			fill.addColorStop(0, sky);
			fill.addColorStop(1, '#f5efe2');
			pen.fillStyle = fill;
			pen.fillRect(0, 0, width, height);
			pen.fillStyle = '#fff';
			pen.fillRect(width * 0.1, height * 0.4, width * 0.8, height * 0.22);
			pen.fillStyle = '#111';
			pen.font = `700 ${Math.round(height * 0.13)}px sans-serif`;
			pen.textAlign = 'center';
			pen.textBaseline = 'middle';
			pen.fillText(word, width / 2, height * 0.51);
			const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
			const bytes = new Uint8Array(await blob.arrayBuffer());
			let text = '';
			for (const byte of bytes) text += String.fromCharCode(byte);
			return btoa(text);
		},
		{ word, sky, width, height }
	);
	return Buffer.from(base64, 'base64');
}

/** Writes a painted photo to disk; without EXIF its date is the file's own time. */
export async function paintFile(page, folder, name, taken, picture) {
	const path = join(folder, name);
	await writeFile(path, await paint(page, picture));
	await utimes(path, taken, taken);
	return path;
}
