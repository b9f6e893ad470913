// An import that failed is remembered by the browser: each try needs an address of its own (frame/src/lazy.ts).
const IMPORT = /\bimport\(\s*(["'`])(\.\/lazy-[\w-]+\.js)\1\s*\)/g;

/** Puts `overtureAgain` behind the address of every part that is loaded lazily. */
export function importAgain() {
  return {
    name: 'overture-import-again',
    enforce: 'pre',
    load: {
      filter: { id: /preload-helper/ },
      handler: () => 'export const __vitePreload = (bring) => bring();', // Vite's own loads styles: here they come along
    },
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
      let found = 0;
      for (const chunk of chunks) {
        chunk.code = chunk.code.replace(IMPORT, (_, quote, address) => {
          found += 1;
          return `import(${quote}${address}${quote}+overtureAgain)`;
        });
      }
      if (found < chunks.filter(({ isDynamicEntry }) => isDynamicEntry).length) {
        this.error('a part that is loaded lazily has an import that is not recognized');
      }
    },
  };
}
