import { redirect } from '@sveltejs/kit';
import { getSession, getSetup, Problem } from '$lib/api';
import type { LayoutLoad } from './$types';

/** Nobody sees the library without a session: first the set-up, then the sign-in. */
export const load: LayoutLoad = async ({ fetch, untrack, url }) => {
	try {
		return { session: await getSession(fetch) };
	} catch (reason) {
		if (!(reason instanceof Problem) || reason.status !== 401) throw reason;
	}
	const { needed } = await getSetup(fetch);
	const here = untrack(() => url.pathname + url.search);
	redirect(307, needed ? '/setup' : here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`);
};
