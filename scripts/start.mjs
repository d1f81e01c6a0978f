// @ts-check
import { build, install, requireNode } from './set-up.mjs';

// `npm start` and `npm run demo`: sets up what is missing, then becomes the program (one process, so signals reach it),
// which finds its own arguments.
requireNode();
await install();
await build();
await import(new URL('../packages/server/dist/main.js', import.meta.url).href);
