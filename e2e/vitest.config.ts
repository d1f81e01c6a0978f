import { defineConfig } from 'vitest/config';

/** Whole-system tests: real processes, compiled code, data directories of their own. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['e2e/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each test has processes of its own, and they wait for leases and each other most of the time.
    maxWorkers: 2,
  },
});
