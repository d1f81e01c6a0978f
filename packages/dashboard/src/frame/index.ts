export { PagePlaceholder } from './page-placeholder.tsx';
export { rootRoute, signedInRoute } from './root.tsx';
