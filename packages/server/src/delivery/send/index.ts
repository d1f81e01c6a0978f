export type { Resolve } from './resolver.ts';
export type { SenderOptions } from './sender.ts';
export { createSender } from './sender.ts';
export { type CheckUrl, createUrlCheck, type UrlFindings } from './url-check.ts';
