import assert from 'node:assert/strict';

const SMALLEST_WINDOW = { width: 360, height: 740 };

/** Everything that can be pressed has a name that a screen reader can say. */
export async function namelessControls(page) {
	return page.evaluate(() =>
		[...document.querySelectorAll('a[href], button, input:not([hidden]), textarea, summary')]
			.filter((control) => control.checkVisibility())
			.filter((control) => !(control.getAttribute('aria-label') || control.textContent.trim() || control.labels?.length))
			.map((control) => control.outerHTML.slice(0, 160))
	);
}

export async function widerThanWindow(page) {
	return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

export const windowSteps = [
	[
		'it is readable on a small phone, in the dark',
		async ({ openPage, page, shot }) => {
			const phone = await openPage({ viewport: SMALLEST_WINDOW, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' });
			await phone.context().addCookies(await page.context().cookies());
			const origin = new URL(page.url()).origin;
			for (const [name, path] of [['timeline', '/'], ['search', '/search?q=quay'], ['trash', '/trash'], ['pipeline', '/pipeline']]) {
				await phone.goto(origin + path);
				await phone.waitForLoadState('networkidle');
				assert.ok((await widerThanWindow(phone)) <= 0, `${name} is wider than the window`);
				assert.deepEqual(await namelessControls(phone), []);
				await shot(`phone-${name}`, phone);
			}
			await phone.goto(`${origin}/`);
			await phone.locator('[data-photo]').first().tap();
			await phone.getByRole('complementary').waitFor();
			assert.ok((await widerThanWindow(phone)) <= 0, 'a photo is wider than the window');
			assert.deepEqual(await namelessControls(phone), []);
			await shot('phone-photo', phone);
			await phone.context().close();
		}
	],
	[
		'the stages can be looked at',
		async ({ page, shot }) => {
			await page.goto(new URL('/pipeline', page.url()).href);
			await page.getByRole('rowheader', { name: /previews/ }).waitFor();
			await shot('pipeline');
		}
	]
];
