import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The pages that Fanfare serves, in a real browser on a real Fanfare. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  environments: { __vitest__: { resolve: { conditions: ['source'], noExternal: [/^@fanfare\//] } } },
  test: {
    include: ['e2e/dashboard/**/*.test.ts'],
    globalSetup: [fileURLToPath(new URL('harness/template.ts', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A click and what it reads take longer than the usual second where much else runs.
    expect: { poll: { timeout: 15_000 } },
    // Each file has a Fanfare, its PostgreSQL and a browser. A worker has a season of its own (harness/template.ts).
    maxWorkers: 2,
  },
});
