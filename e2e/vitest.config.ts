import { defineConfig } from 'vitest/config';

/** Whole-system tests: real processes, compiled code, data directories of their own. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
