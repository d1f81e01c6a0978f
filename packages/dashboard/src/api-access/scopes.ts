import type { ApiToken } from '@fanfare/client';
import { apiAccess as text } from '#strings/api-access.ts';

export type Scope = NonNullable<ApiToken['scopes']>[number];

/** In the order of docs/access.md. */
export const scopes = Object.keys(text.scopes) as readonly Scope[];
