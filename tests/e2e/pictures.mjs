// Photos made on the spot: a JPEG with a word in large letters, painted by the browser. For the fake vision (CALOTYPE_VISION=fake)
// a magenta square is a face, and the colour in its middle is who it is.
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withExif } from './exif.mjs';

/**
 * `seed` scatters blotches, so that two pictures do not look alike; `faces` are the colours of people.
 * @returns {Promise<Buffer>}
 */
export async function paint(page, { word, sky, width = 1600, height = 1200, seed = 0, faces = [] }) {
	const base64 = await page.evaluate(
		async ({ word, sky, width, height, seed, faces }) => {
			const canvas = new OffscreenCanvas(width, height);
			const pen = canvas.getContext('2d');
			const fill = pen.createLinearGradient(0, 0, 0, height);
			fill.addColorStop(0, sky);
			fill.addColorStop(1, '#f5efe2');
			pen.fillStyle = fill;
			pen.fillRect(0, 0, width, height);
			let chance = seed;
			const next = () => (chance = (chance * 16_807) % 2_147_483_647) / 2_147_483_647; // Park and Miller's
			for (let blotch = 0; seed && blotch < 18; blotch++) {
				pen.fillStyle = next() < 0.5 ? 'rgb(255 255 255 / 35%)' : 'rgb(0 0 0 / 35%)';
				pen.fillRect(next() * width, next() * height, width * (0.1 + 0.3 * next()), height * (0.1 + 0.3 * next()));
			}
			faces.forEach((colour, index) => {
				const side = height * 0.24;
				const [left, top] = [width * 0.08 + index * side * 1.4, height * 0.08];
				pen.fillStyle = '#ff00ff';
				pen.fillRect(left, top, side, side);
				pen.fillStyle = colour;
				pen.fillRect(left + side * 0.3, top + side * 0.3, side * 0.4, side * 0.4);
			});
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
		{ word, sky, width, height, seed, faces }
	);
	return Buffer.from(base64, 'base64');
}

/** Writes a painted photo to disk. Its date is the file's own time, and with `hasExif` (or `gps`) the camera's too. */
export async function paintFile(page, folder, name, taken, { gps, hasExif = Boolean(gps), ...picture }) {
	const path = join(folder, name);
	const jpeg = await paint(page, picture);
	await writeFile(path, hasExif ? withExif(jpeg, { taken: exifTime(taken), gps }) : jpeg);
	await utimes(path, taken, taken);
	return path;
}

function exifTime(date) {
	const two = (value) => String(value).padStart(2, '0');
	return `${date.getFullYear()}:${two(date.getMonth() + 1)}:${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
