import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

// routes > lib/features > lib/ui, lib/api. A feature may use itself and the features named here, nothing else.
const features = {
	journal: [],
	photos: ['journal'],
	accounts: [],
	pipeline: [],
	upload: ['photos'],
	search: ['photos', 'journal'],
	people: ['photos', 'journal'],
	places: ['photos', 'journal'],
	moments: ['photos', 'journal'],
	curated: ['photos', 'journal'],
	stacks: ['photos', 'journal'],
	learning: ['journal']
};

export default ts.config(
	{ ignores: ['build/', '.svelte-kit/', 'node_modules/'] },
	js.configs.recommended,
	...ts.configs.strict,
	...svelte.configs['flat/recommended'],
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		rules: {
			'no-undef': 'off', // TypeScript says it better
			'max-lines': ['error', 250],
			'max-params': ['error', 6],
			'max-depth': ['error', 3],
			'@typescript-eslint/no-non-null-assertion': 'error'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig } },
	},
	{
		// The app always stands at the root of its address, so there is no base to resolve.
		rules: { 'svelte/no-navigation-without-resolve': 'off' }
	},
	{
		files: ['src/**/*.{ts,svelte}'],
		plugins: { boundaries },
		settings: {
			'import/resolver': { typescript: { project: './tsconfig.json' } },
			'boundaries/include': ['src/**/*'],
			'boundaries/ignore': ['**/node_modules/**', '**/.svelte-kit/**'],
			'boundaries/elements': [
				{ type: 'routes', pattern: 'src/routes', mode: 'folder' },
				{ type: 'feature', pattern: 'src/lib/features/*', mode: 'folder', capture: ['feature'] },
				{ type: 'ui', pattern: 'src/lib/ui', mode: 'folder' },
				{ type: 'api', pattern: 'src/lib/api', mode: 'folder' },
				{ type: 'app', pattern: 'src/*', mode: 'file' }
			]
		},
		rules: {
			'boundaries/no-unknown-files': 'error',
			'boundaries/element-types': [
				'error',
				{
					default: 'disallow',
					rules: [
						{ from: ['routes'], allow: ['feature', 'ui', 'api', 'app', 'routes'] },
						{ from: ['feature'], allow: ['ui', 'api', ['feature', { feature: '${from.feature}' }]] },
						...Object.entries(features).map(([feature, others]) => ({
							from: [['feature', { feature }]],
							allow: others.map((other) => ['feature', { feature: other }])
						})),
						{ from: ['ui'], allow: ['ui'] },
						{ from: ['api'], allow: ['api'] }
					]
				}
			]
		}
	}
);
