import { expect, it } from 'vitest';
import { nearestIn } from './grid-keys';
import { largestSize, printSize } from './print-size';
import { cameraName, coordinates, exposure, megapixels } from './wording';

it('says exposures as cameras do', () => {
	expect(exposure(0.004)).toBe('1/250 s');
	expect(exposure(0.5)).toBe('0.5 s');
	expect(exposure(30)).toBe('30 s');
});

it('does not say the maker twice', () => {
	expect(cameraName('Canon', 'Canon EOS R5')).toBe('Canon EOS R5');
	expect(cameraName('NIKON CORPORATION', 'NIKON D90')).toBe('NIKON D90');
	expect(cameraName('Apple', 'iPhone 13')).toBe('Apple iPhone 13');
});

it('says sizes and places', () => {
	expect(megapixels(4000, 3000)).toBe('12 MP');
	expect(megapixels(1600, 1200)).toBe('1.9 MP');
	expect(coordinates(-33.8568, 151.2153)).toBe('33.85680° S, 151.21530° E');
});

it('takes the smallest print that is large enough', () => {
	expect(printSize(170, 1)).toBe('150');
	expect(printSize(300, 1)).toBe('300');
	expect(printSize(300, 2)).toBe('600');
	expect(printSize(3000, 2)).toBe('1200');
});

it('shows the original only where browsers can', () => {
	expect(largestSize('image/jpeg')).toBe('original');
	expect(largestSize('image/heic')).toBe('full');
});

it('goes up and down to the photo that is nearest', () => {
	const box = (left: number, top: number, width = 100) => ({ left, top, width });
	const boxes = [box(0, 0), box(110, 0), box(220, 0), box(0, 120, 160), box(170, 120, 160), box(0, 240)];
	expect(nearestIn(1, 2, boxes)).toBe(4);
	expect(nearestIn(1, 0, boxes)).toBe(3);
	expect(nearestIn(-1, 5, boxes)).toBe(3);
	expect(nearestIn(-1, 0, boxes)).toBeNull();
});
