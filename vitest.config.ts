import { defineConfig } from 'vitest/config';

/** Packages of this workspace are read from their sources, here and in the environment of `globalSetup`. */
const resolve = { conditions: ['source'], noExternal: [/^@fanfare\//] };

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  environments: { __vitest__: { resolve } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
    globalSetup: ['packages/testkit/src/database/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
