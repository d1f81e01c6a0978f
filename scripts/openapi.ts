import { writeFile } from 'node:fs/promises';
import { openApiDocument } from '../packages/server/src/http/index.ts';
import { type ApiDocument, clientTypes } from './client-types.ts';

/** Writes spec/openapi.json from the routes, and the types of the client from it. Tests fail when one is stale. */
const document = await openApiDocument();
await write('../spec/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
await write('../packages/client/src/api.generated.ts', clientTypes(document as unknown as ApiDocument));

async function write(path: string, text: string): Promise<void> {
  const file = new URL(path, import.meta.url);
  await writeFile(file, text);
  console.log(`Wrote ${file.pathname}`);
}
