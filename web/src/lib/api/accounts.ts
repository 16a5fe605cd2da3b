import { call } from './client';
import type { Session, User } from './types';

export const getSetup = (fetcher?: typeof fetch) => call<{ needed: boolean }>('/setup', { fetch: fetcher });

export const acceptSetup = (setup: { token: string; name: string; email: string; password: string }) =>
	call<{ user: User }>('/setup', { method: 'POST', body: setup });

export const signIn = (email: string, password: string) =>
	call<{ user: User }>('/sessions', { method: 'POST', body: { email, password, name: browserName() } });

export const signOut = () => call<undefined>('/sessions/current', { method: 'DELETE' });

export const getSession = (fetcher?: typeof fetch) => call<Session>('/sessions/current', { fetch: fetcher });

/** What the list of sessions will call this one: "Firefox on Linux". */
export function browserName(agent: string = navigator.userAgent): string {
	const browser = /Firefox/.test(agent) ? 'Firefox' : /Edg\//.test(agent) ? 'Edge' : /Chrom(e|ium)\//.test(agent) ? 'Chrome' : /Safari/.test(agent) ? 'Safari' : 'Browser';
	const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Windows/.test(agent) ? 'Windows' : /Mac OS/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : 'an unknown system';
	return `${browser} on ${system}`;
}
