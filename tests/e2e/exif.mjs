// The least EXIF that says when and where a photo was taken (Exif 2.3, TIFF 6.0), put into a JPEG.
const ASCII = 2;
const LONG = 4;
const RATIONAL = 5;
const WIDTH = { [ASCII]: 1, [LONG]: 4, [RATIONAL]: 8 };

/** @param {{taken: string, gps?: [number, number]}} facts `taken` as "2024:05:03 10:00:00", `gps` in degrees */
export function withExif(jpeg, { taken, gps }) {
	const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff(taken, gps)]);
	const head = Buffer.from([0xff, 0xe1, 0, 0]);
	head.writeUInt16BE(body.length + 2, 2);
	return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

function tiff(taken, gps) {
	const header = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
	const pointers = gps ? 2 : 1;
	const exifAt = header.length + directoryBytes(pointers);
	const exif = directory([[0x9003, ASCII, text(taken)]], exifAt);
	const gpsAt = exifAt + exif.length;
	const first = [[0x8769, LONG, long(exifAt)]];
	if (gps) first.push([0x8825, LONG, long(gpsAt)]);
	return Buffer.concat([header, directory(first, header.length), exif, gps ? directory(position(gps), gpsAt) : Buffer.alloc(0)]);
}

function position([latitude, longitude]) {
	return [
		[1, ASCII, text(latitude < 0 ? 'S' : 'N')],
		[2, RATIONAL, sexagesimal(Math.abs(latitude))],
		[3, ASCII, text(longitude < 0 ? 'W' : 'E')],
		[4, RATIONAL, sexagesimal(Math.abs(longitude))]
	];
}

const directoryBytes = (entries) => 2 + entries * 12 + 4;

/** Entries [tag, type, bytes]; what is longer than four bytes stands behind them. `at`: where the directory begins. */
function directory(entries, at) {
	const table = Buffer.alloc(directoryBytes(entries.length));
	const behind = [];
	let free = at + table.length;
	table.writeUInt16LE(entries.length, 0);
	entries.forEach(([tag, type, bytes], index) => {
		const here = 2 + index * 12;
		table.writeUInt16LE(tag, here);
		table.writeUInt16LE(type, here + 2);
		table.writeUInt32LE(bytes.length / WIDTH[type], here + 4);
		if (bytes.length <= 4) bytes.copy(table, here + 8);
		else {
			table.writeUInt32LE(free, here + 8);
			behind.push(bytes);
			free += bytes.length;
		}
	});
	return Buffer.concat([table, ...behind]);
}

const text = (value) => Buffer.from(`${value}\0`);

function long(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32LE(value);
	return bytes;
}

function sexagesimal(degrees) {
	const bytes = Buffer.alloc(24);
	const minutes = (degrees % 1) * 60;
	[[Math.floor(degrees), 1], [Math.floor(minutes), 1], [Math.round((minutes % 1) * 60 * 100), 100]].forEach(([over, under], index) => {
		bytes.writeUInt32LE(over, index * 8);
		bytes.writeUInt32LE(under, index * 8 + 4);
	});
	return bytes;
}
