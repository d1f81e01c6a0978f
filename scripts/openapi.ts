import { writeFile } from 'node:fs/promises';
import { openApiDocument } from '../packages/server/src/http/index.ts';

/** Writes spec/openapi.json from the routes. A test fails when the file is stale. */
const file = new URL('../spec/openapi.json', import.meta.url);
await writeFile(file, `${JSON.stringify(await openApiDocument(), null, 2)}\n`);
console.log(`Wrote ${file.pathname}`);
