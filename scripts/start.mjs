// @ts-check
import { build, install, requireNode } from './set-up.mjs';

// `npm start`: sets up what is missing, then becomes the server (one process, so signals reach it).
requireNode();
await install();
await build();
await import(new URL('../packages/server/dist/main.js', import.meta.url).href);
