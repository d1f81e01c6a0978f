export type { Authenticator, Principal } from './principal.ts';
