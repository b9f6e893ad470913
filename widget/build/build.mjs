// Builds the loader and the frame into the server's static files, compresses each, and keeps the budget.
import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { importAgain } from './again.mjs';
import { compressAll, reportBudget } from './budget.mjs';

const widget = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const outDir = resolve(widget, '../src/overture/web/static/widget');

const cssTarget = ['chrome123', 'safari17.5', 'firefox120']; // as written: no work-arounds for older ones
const common = { configFile: false, logLevel: 'warn', publicDir: false, clearScreen: false };
const checks = { pluginTimings: false }; // the minifier takes its time, as it should
const terserOptions = {
  ecma: 2022,
  compress: {
    passes: 4,
    unsafe: true,
    unsafe_arrows: true,
    unsafe_methods: true,
    pure_getters: true,
    keep_fargs: false,
  },
  format: { comments: false },
};

await rm(outDir, { recursive: true, force: true });

// The loader, and the scripts that it fetches when a teaser or the chat is first wanted.
for (const [entry, format, fileName] of [
  ['src/main.ts', 'iife', 'overture.js'],
  ['lazy/panel.ts', 'es', 'panel.js'],
  ['lazy/invitations.ts', 'es', 'teaser.js'],
]) {
  await build({
    ...common,
    root: resolve(widget, 'loader'),
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      cssTarget,
      minify: 'terser',
      terserOptions: { ...terserOptions, module: format === 'es' },
      rolldownOptions: { checks },
      lib: { entry, formats: [format], name: 'overtureLoader', fileName: () => fileName },
    },
  });
}

await build({
  ...common,
  root: resolve(widget, 'frame'),
  plugins: [importAgain()],
  base: '/widget/',
  build: {
    outDir,
    emptyOutDir: false,
    target: 'es2022',
    cssTarget,
    minify: 'terser',
    terserOptions,
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      checks,
      input: resolve(widget, 'frame/frame.html'),
      output: {
        chunkFileNames: ({ isDynamicEntry }) => `assets/${isDynamicEntry ? 'lazy-' : ''}[name]-[hash].js`,
        assetFileNames: ({ names, originalFileNames }) =>
          originalFileNames.some((path) => path.includes('locales/rare/'))
            ? 'assets/lazy-words-[name]-[hash].json'
            : names.some((name) => name.endsWith('.json'))
              ? 'assets/catalogue-[name]-[hash].json'
              : 'assets/[name]-[hash][extname]',
      },
    },
  },
});

await compressAll(outDir);
if (!(await reportBudget(outDir))) process.exit(1);
