import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

// `npm run dev` shows the page with hot reload and hands the API on to a running server.
const server = process.env['CALOTYPE_DEV_SERVER'] ?? 'http://127.0.0.1:8420';

export default defineConfig({
	plugins: [sveltekit()],
	build: { target: 'es2022' },
	server: { host: '127.0.0.1', proxy: { '/api': { target: server }, '/healthz': { target: server } } },
	test: { include: ['src/**/*.test.ts'], environment: 'node' }
});
