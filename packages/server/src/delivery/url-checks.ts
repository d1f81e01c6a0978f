import type { OrganizationId } from '../ids.ts';
import { Problem } from '../problems.ts';
import type { CheckUrl, UrlFindings } from './send/index.ts';

/** Checks that an organization may ask for in a minute, on each node: each makes queries of other people's name servers. */
const mostPerMinute = 60;
const windowMs = 60_000;

export interface UrlChecks {
  /** Throws `too_many_requests` when the organization asked too often. */
  check(organization: OrganizationId, url: string): Promise<UrlFindings>;
}

export function createUrlChecks(parts: {
  readonly check: CheckUrl;
  readonly clock: { now(): number };
}): UrlChecks {
  let window = 0;
  const made = new Map<OrganizationId, number>();

  function take(organization: OrganizationId): void {
    const nowMs = parts.clock.now();
    const current = Math.floor(nowMs / windowMs);
    if (current !== window) {
      window = current;
      made.clear();
    }
    const count = made.get(organization) ?? 0;
    if (count >= mostPerMinute) {
      const retryAfterSeconds = Math.max(1, Math.ceil(((window + 1) * windowMs - nowMs) / 1_000));
      throw new Problem(
        'too_many_requests',
        `${mostPerMinute} URLs were checked within a minute, as many as can be. Check again in ${retryAfterSeconds} s.`,
        { retryAfterSeconds },
      );
    }
    made.set(organization, count + 1);
  }

  return {
    async check(organization, url) {
      take(organization);
      return parts.check(url);
    },
  };
}
