import { hash, randomBytes } from 'node:crypto';

/** What every API token begins with, so that a leaked one is recognised as such by people and scanners. */
const tokenPrefix = 'fan_';

/** A new API token: 256 random bits. Shown once; only its hash is kept. */
export function newTokenText(): string {
  return tokenPrefix + randomBytes(32).toString('base64url');
}

/** Whether this can be a token at all. Spares the database the question for what is plainly none. */
export function looksLikeToken(text: string): boolean {
  return /^fan_[A-Za-z0-9_-]{43}$/.test(text);
}

/** SHA-256 in hex. No salt and no slow hash: nobody guesses 256 random bits. */
export function tokenHash(text: string): string {
  return hash('sha256', text, 'hex');
}
