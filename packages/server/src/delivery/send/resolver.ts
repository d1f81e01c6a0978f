import { lookup, Resolver } from 'node:dns/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { isLocalName } from '../../webhooks/index.ts';
import { codeOf } from './failures.ts';

/** Looks a host name up; gives its addresses, or rejects with an error that carries a DNS code. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * Asks DNS directly, and the system's resolver (hosts file, search list) only for names that DNS does not
 * know. The system's resolver blocks one of libuv's four threads until it answers, so four webhooks with dead
 * name servers would stop every other lookup of the process; DNS queries of our own block nothing.
 * `servers` are asked (address and port) in place of those that the system is configured with.
 */
export function createResolver({ servers }: { readonly servers?: readonly string[] } = {}): Resolve {
  const dns = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers !== undefined) dns.setServers(servers);
  const underWay = new Map<string, Promise<readonly string[]>>();
  // A burst to one receiver opens many connections at once; they share one question, but no old answer.
  return (hostname) => {
    const asked = underWay.get(hostname);
    if (asked !== undefined) return asked;
    const answer = lookUp(dns, hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, answer);
    return answer;
  };
}

async function lookUp(dns: Resolver, hostname: string): Promise<readonly string[]> {
  if (isLocalName(hostname)) return ['127.0.0.1', '::1'];
  let failure: unknown = null;
  const v6 = dns.resolve6(hostname).catch(() => []);
  const v4 = await dns.resolve4(hostname).catch((error: unknown) => {
    failure = error;
    return [];
  });
  // A name server that never answers for IPv6 must not hold up a host that has IPv4.
  const found = v4.length > 0 ? [...v4, ...(await Promise.race([v6, pause(ipv6GraceMs, [])]))] : await v6;
  if (found.length > 0) return found;
  if (!unknownToDns.has(codeOf(failure))) throw failure;
  const local = await lookup(hostname, { all: true, order: 'ipv4first' });
  return local.map(({ address }) => address);
}

/** How long IPv6 addresses are waited for once IPv4 addresses are there (RFC 8305 section 3). */
const ipv6GraceMs = 50;

/** The name does not exist, has no address, or there is no DNS server to ask. */
const unknownToDns: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED', 'EBADNAME']);
