import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		// One page for every address: the Python server answers with it wherever it has no route of its own.
		adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', strict: true }),
		output: { bundleStrategy: 'split' },
		// The page carries its own policy, with the hash of its one inline script. What a <meta> cannot say
		// (frame-ancestors) the server adds as a header.
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				'script-src': ['self'],
				'style-src': ['self'],
				// The one style attribute of SvelteKit's own announcer for screen readers, and no other.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:', 'blob:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'manifest-src': ['self'],
				'base-uri': ['none'],
				'form-action': ['self']
			}
		},
		version: { pollInterval: 0 }
	},
	compilerOptions: { runes: true }
};
