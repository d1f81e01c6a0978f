export * from './receiver/index.ts';
export { waitFor } from './wait-for.ts';
