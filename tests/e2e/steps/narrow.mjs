import assert from 'node:assert/strict';
import { api } from '../waiting.mjs';
import { namelessControls, widerThanWindow } from './window.mjs';

const PHONE = { width: 390, height: 844 };

export const narrowSteps = [
	[
		'every page is readable on a phone and reached by its menu',
		async ({ openPage, page, shot }) => {
			const phone = await openPage({ viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
			await phone.context().addCookies(await page.context().cookies());
			const origin = new URL(page.url()).origin;
			const person = (await api(page, '/people')).items[0];
			const moment = (await api(page, '/moments')).items[0];
			const pages = ['/people', `/people/${person.id}`, '/people/review', '/places', '/moments', `/moments/${moment.id}`, '/best', '/duplicates', '/learning', '/history', '/pipeline'];
			for (const path of pages) {
				await phone.goto(origin + path);
				await phone.waitForLoadState('networkidle');
				await phone.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
				assert.ok((await widerThanWindow(phone)) <= 0, `${path} is wider than the window`);
				assert.deepEqual(await namelessControls(phone), [], path);
				await shot(`phone${path.replaceAll('/', '-').slice(0, 24)}`, phone);
			}
			await phone.getByRole('button', { name: 'Pages' }).tap();
			await shot('phone-menu', phone);
			await phone.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'People' }).tap();
			await phone.waitForURL('**/people');
			await phone.context().close();
		}
	],
	[
		'the row of pages is walked with the keyboard',
		async ({ page }) => {
			await page.goto(new URL('/', page.url()).href);
			await page.getByRole('navigation', { name: 'Library' }).getByRole('link', { name: 'Photos' }).focus();
			for (const name of ['People', 'Places', 'Moments']) {
				await page.keyboard.press('Tab');
				assert.equal(await page.evaluate(() => document.activeElement?.textContent?.trim()), name);
			}
			await page.keyboard.press('Enter');
			await page.waitForURL('**/moments');
		}
	],
	[
		'here too, no complaint in the console and no request to another host',
		({ misdeeds }) => {
			assert.deepEqual(misdeeds, []);
		}
	]
];
