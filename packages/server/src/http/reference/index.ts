export type { ApiDocument } from './api-document.ts';
export { apiPage } from './api-page.ts';
export { problemsPage } from './problems-page.ts';
export { styleSheet } from './style.ts';
