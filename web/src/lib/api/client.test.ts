import { describe, expect, it } from 'vitest';
import { browserName } from './accounts';
import { call, Problem, queryString, refusalSentence } from './client';
import { hyphenated, imageUrl } from './photos';

describe('refusals', () => {
	it("are told in the server's own sentence", () => {
		expect(refusalSentence(415, '{"title":"Not a photo","detail":"This is a text file."}')).toBe('This is a text file.');
		expect(refusalSentence(415, '{"title":"Not a photo"}')).toBe('Not a photo');
	});

	it('have a sentence even when what came is not JSON', () => {
		expect(refusalSentence(502, '<html>')).toContain('502');
		expect(refusalSentence(0, '')).toContain('does not answer');
	});

	it('are thrown as problems with their status', async () => {
		const fetcher: typeof fetch = () => Promise.resolve(new Response('{"detail":"No."}', { status: 403 }));
		await expect(call('/x', { fetch: fetcher })).rejects.toMatchObject({ status: 403, message: 'No.' });
		const cut: typeof fetch = () => Promise.reject(new TypeError('network'));
		await expect(call('/x', { fetch: cut })).rejects.toBeInstanceOf(Problem);
	});
});

it('says empty parameters not at all and lists one by one', () => {
	expect(queryString({ q: 'a b', drop: ['1', '2'], cursor: null, limit: 60, none: '' })).toBe('?q=a+b&drop=1&drop=2&limit=60');
	expect(queryString(undefined)).toBe('');
});

it('fills in the address of an image', () => {
	const images = { template: '/api/v1/photos/{id}/images/{size}?k=s', expires_at: '' };
	expect(imageUrl(images, 'abc', '300')).toBe('/api/v1/photos/abc/images/300?k=s');
});

it('writes ids one way', () => {
	const id = '0190163d-8694-739b-aea5-966c26f8ad91';
	expect(hyphenated(id.replaceAll('-', ''))).toBe(id);
	expect(hyphenated(id)).toBe(id);
});

it('names the browser', () => {
	expect(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox on Linux');
});
