import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where `npm run dev -w packages/dashboard` finds a Fanfare to talk to. */
const fanfare = 'http://127.0.0.1:7070';

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { conditions: ['source', 'module', 'browser', 'import', 'default'] },
  build: {
    target: 'es2022',
    // Those that know `light-dark()`. For older ones it is rewritten into something that follows only a colour scheme
    // written out in the same style sheet, and all such colours are lost.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The Content-Security-Policy allows no inline scripts; browsers that know modules know preloading.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    // What nearly all pages share is one file: alone, each of these pieces would cost a request and compress badly.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'common', minShareCount: 51 }] } } },
    license: { fileName: 'licenses.md' },
  },
  server: { proxy: { '/v1': fanfare, '/docs': fanfare, '/inbox': fanfare } },
});

/** Each script and style sheet also compressed, so that the server only has to choose. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved({ root, build }) {
      folder = join(root, build.outDir, build.assetsDir);
    },
    async closeBundle() {
      for (const name of await readdir(folder)) {
        if (!/\.(js|css)$/.test(name)) continue;
        const file = join(folder, name);
        const content = await readFile(file);
        await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
        await writeFile(`${file}.br`, await promisify(brotliCompress)(content));
      }
    },
  };
}
