import type { Api } from '../api.ts';
import { type HealthParts, healthRoutes } from './health.ts';

/** What the routes need. Each route file names its own part. */
export interface RouteParts extends HealthParts {}

/** Adds every route of the API. */
export function routes(app: Api, parts: RouteParts): void {
  healthRoutes(app, parts);
}
