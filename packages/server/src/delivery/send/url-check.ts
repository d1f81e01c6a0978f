import { checkTargetUrl, isPublicAddress, literalAddress, type TargetPolicy } from '../../webhooks/index.ts';
import { createAddressGuard } from './address-guard.ts';
import { OpeningFailure, ownerMessage } from './failures.ts';
import { createResolver, type Resolve } from './resolver.ts';

/** What is to be said of a URL before a webhook has it, for who types it in. */
export interface UrlFindings {
  /** Why it would be refused, or why nothing sent to it would arrive. */
  readonly problems: readonly string[];
  /** What may be better. */
  readonly advice: readonly string[];
}

/** Looks the host up, and sends nothing to it. */
export type CheckUrl = (url: string) => Promise<UrlFindings>;

const defaultDeadlineMs = 5_000;
/** Names of query parameters that hold a credential. */
const credential = /(?:^|[_-])(?:token|api_?key|key|secret|password|passwd|pwd|signature|sig|auth)$/i;

export function createUrlCheck(
  options: TargetPolicy & { readonly resolve?: Resolve; readonly deadlineMs?: number },
): CheckUrl {
  const { allowPrivateTargets, resolve = createResolver(), deadlineMs = defaultDeadlineMs } = options;
  const guard = createAddressGuard({
    allowPrivateTargets,
    resolve: (hostname) => within(deadlineMs, resolve(hostname)),
  });

  async function addressesOf(hostname: string): Promise<readonly string[]> {
    const literal = literalAddress(hostname);
    return literal === null ? guard.lookUp(hostname) : [literal];
  }

  return async (text) => {
    const target = checkTargetUrl(text, options);
    if (!target.ok) return { problems: [target.detail], advice: [] };
    const { url } = target;
    const problems: string[] = [];
    const advice = adviceFor(url, text);
    try {
      const addresses = await addressesOf(url.hostname);
      if (!addresses.some(isPublicAddress)) {
        advice.push(
          `${url.hostname} is in the network of Fanfare itself: this installation may send there, but the same URL means something else elsewhere.`,
        );
      }
    } catch (error) {
      if (!(error instanceof OpeningFailure) || error.failure === 'invalid_request') throw error;
      const facts = { host: url.hostname, port: Number(url.port), timeoutMs: deadlineMs };
      problems.push(ownerMessage(error.failure, facts, error.variant, error.certificateDate));
    }
    return { problems, advice };
  };
}

function adviceFor(url: URL, text: string): string[] {
  const advice: string[] = [];
  if (url.protocol === 'http:') {
    advice.push(
      'Plain http: anyone on the way can read and change what is sent. Use https: if the receiver has it.',
    );
  } else if (literalAddress(url.hostname) !== null) {
    advice.push(
      'The host is an address. A certificate seldom names one, and then no connection comes about; use the name it was issued for.',
    );
  }
  const named = [...url.searchParams.keys()].find((name) => credential.test(name));
  if (named !== undefined) {
    advice.push(
      `The query seems to hold a credential (${named.slice(0, 50)}). URLs are shown in the history and end up in logs; put it into a header.`,
    );
  }
  if (url.hostname.includes('xn--') && !text.toLowerCase().includes('xn--')) {
    advice.push(`The host has letters outside ASCII; in DNS it is ${url.hostname}.`);
  }
  return advice;
}

/** Rejects as a name server does that does not answer. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`no answer within ${ms} ms`), { code: 'ETIMEOUT' });
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
