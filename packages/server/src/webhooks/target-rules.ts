import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Fault } from '../problems.ts';

/** Where webhooks may point. */
export interface TargetPolicy {
  /** Loopback, private and other non-public addresses are allowed. Metadata services never are. */
  readonly allowPrivateTargets: boolean;
  readonly requireHttps: boolean;
}

export const maxUrlLength = 2_048;
export const maxHeaderCount = 50;
/** Names and values together, in bytes. */
export const maxHeaderBytes = 8_192;

/**
 * - `public`: reachable over the Internet, so any webhook may point there;
 * - `private`: loopback, private, reserved, or anything else the Internet does not route;
 * - `metadata`: gives the credentials of the machine to whoever asks; refused under every policy.
 */
export type AddressClass = 'public' | 'private' | 'metadata';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];
const ranges = (list: readonly string[]): readonly Range[] => list.map((cidr) => ipaddr.parseCIDR(cidr));

/** IANA's special-purpose registry for IPv4, and multicast. */
const nonPublicV4 = ranges([
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays, withdrawn
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
]);

/** Global unicast is 2000::/3; these parts of it are not reachable, or hide an IPv4 address. */
const globalUnicastV6 = ranges(['2000::/3']);
const nonPublicV6 = ranges([
  '2001::/23', // protocol assignments: Teredo, benchmarking, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
]);

/** The whole of link-local IPv4: every large cloud serves credentials from somewhere in it. */
const metadataV4 = ranges([
  '169.254.0.0/16',
  '100.100.100.200/32', // Alibaba Cloud
  '168.63.129.16/32', // Azure; inside a public block
  '192.0.0.192/32', // Oracle Cloud, older machines
]);
const metadataV6 = ranges([
  'fd00:ec2::254/128', // AWS
  'fd00:ec2::23/128', // AWS, identities of pods
  'fd20:ce::254/128', // Google Cloud
]);

const within = (address: ipaddr.IPv4 | ipaddr.IPv6, list: readonly Range[]): boolean =>
  list.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));

function classifyV4(address: ipaddr.IPv4): AddressClass {
  if (within(address, metadataV4)) return 'metadata';
  return within(address, nonPublicV4) ? 'private' : 'public';
}

const lowV4 = (high: number, low: number): ipaddr.IPv4 =>
  new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);

/** Prefixes whose addresses lead to an IPv4 address, with the place where it stands. */
const embeddings: readonly {
  prefix: readonly Range[];
  v4: (parts: readonly number[]) => ipaddr.IPv4;
  translated: boolean;
}[] = [
  { prefix: ranges(['::ffff:0:0/96']), v4: last32, translated: true }, // IPv4-mapped
  { prefix: ranges(['::/96']), v4: last32, translated: false }, // IPv4-compatible
  { prefix: ranges(['::ffff:0:0:0/96']), v4: last32, translated: false }, // IPv4-translated (SIIT)
  { prefix: ranges(['64:ff9b::/96']), v4: last32, translated: true }, // NAT64
  { prefix: ranges(['64:ff9b:1::/48']), v4: last32, translated: false }, // local NAT64
  { prefix: ranges(['2002::/16']), v4: (p) => lowV4(p[1] ?? 0, p[2] ?? 0), translated: false }, // 6to4
  {
    prefix: ranges(['2001::/32']), // Teredo: the client's address stands inverted
    v4: (p) => lowV4((p[6] ?? 0) ^ 0xffff, (p[7] ?? 0) ^ 0xffff),
    translated: false,
  },
];

function last32(parts: readonly number[]): ipaddr.IPv4 {
  return lowV4(parts[6] ?? 0, parts[7] ?? 0);
}

/**
 * Where an IP address in its canonical text form leads. Text that is no IP address is `private`:
 * what cannot be judged is not let through.
 */
export function classifyAddress(ip: string): AddressClass {
  if (isIP(ip) === 0) return 'private';
  const address = ipaddr.parse(ip);
  if (address instanceof ipaddr.IPv4) return classifyV4(address);
  if (within(address, metadataV6)) return 'metadata';
  for (const { prefix, v4, translated } of embeddings) {
    if (!within(address, prefix)) continue;
    const behind = classifyV4(v4(address.parts));
    // Mapped and NAT64 addresses are in use on healthy networks; the other forms are obsolete or local.
    return behind === 'public' && !translated ? 'private' : behind;
  }
  return within(address, globalUnicastV6) && !within(address, nonPublicV6) ? 'public' : 'private';
}

/** Whether the Internet routes this address; everything else is refused unless private targets are allowed. */
export function isPublicAddress(ip: string): boolean {
  return classifyAddress(ip) === 'public';
}

/** Whether the policy lets a request go to this address. */
export function isAllowedAddress(ip: string, policy: Pick<TargetPolicy, 'allowPrivateTargets'>): boolean {
  const found = classifyAddress(ip);
  return found === 'public' || (found === 'private' && policy.allowPrivateTargets);
}

/** The IP address that a URL's host spells out, without brackets; null when the host is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

/** `localhost` and names below it mean this machine, whatever DNS says (RFC 6761). */
export function isLocalName(hostname: string): boolean {
  const name = withoutTrailingDot(hostname);
  return name === 'localhost' || name.endsWith('.localhost');
}

export function withoutTrailingDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

export type TargetCheck =
  | { readonly ok: true; readonly url: URL }
  | {
      readonly ok: false;
      /** `address`: the URL is sound, but its host is an address that webhooks may not point at. */
      readonly reason: 'url' | 'address';
      readonly detail: string;
    };

const refuse = (detail: string, reason: 'url' | 'address' = 'url'): TargetCheck => ({
  ok: false,
  reason,
  detail,
});

/** A DNS name (RFC 1123) after the URL parser's lower-casing and IDNA; underscores occur in practice. */
const namePattern =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** The same rules as `checkTargetUrl` without the limit on length, for URLs that carry a payload in their query. */
export function parseTarget(url: string, policy: TargetPolicy): TargetCheck {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return refuse('The URL cannot be read. Give an absolute URL such as https://hooks.example.com/fanfare.');
  }
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    return refuse(
      `The URL begins with ${parsed.protocol.slice(0, 40)} but only https: and http: are sent to. Use https:.`,
    );
  }
  if (policy.requireHttps && parsed.protocol !== 'https:') {
    return refuse('The URL begins with http: but this installation sends over https: alone. Use https:.');
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return refuse(
      'The URL contains a user name or password. Take them out and put the credentials into a header, such as Authorization.',
    );
  }
  if (url.includes('#')) {
    return refuse('The URL contains a fragment (# and what follows), which is never sent. Take it out.');
  }
  if (parsed.port === '0') {
    return refuse('The URL names port 0. Use a port between 1 and 65535.');
  }
  const address = literalAddress(parsed.hostname);
  if (address === null && !namePattern.test(withoutTrailingDot(parsed.hostname))) {
    return refuse('The host of the URL is not a valid name. Check it for typing errors.');
  }
  const allowed =
    address === null
      ? policy.allowPrivateTargets || !isLocalName(parsed.hostname)
      : isAllowedAddress(address, policy);
  if (!allowed) {
    return refuse(
      'The host of the URL is not a public address. Webhooks are sent to public addresses only; use the name or address under which your server is reachable from the Internet.',
      'address',
    );
  }
  return { ok: true, url: parsed };
}

/** Whether a webhook may be saved with this URL. The detail is for its owner. */
export function checkTargetUrl(url: string, policy: TargetPolicy): TargetCheck {
  if (url.length > maxUrlLength) {
    return refuse(`The URL has ${url.length} characters; at most ${maxUrlLength} are allowed.`);
  }
  if (url !== url.trim() || hasControl(url)) {
    return refuse(
      'The URL contains spaces around it, line breaks or other control characters. Take them out.',
    );
  }
  return parseTarget(url, policy);
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** They belong to the connection or frame the message (RFC 9110 section 7.6.1, RFC 9112): never a caller's to set. */
const framingNames: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'http2-settings',
]);

/** Set by Fanfare itself: an owner's value would forge or break a signature, or mark a live delivery as a test. */
const reservedPrefixes = ['webhook-', 'ce-', 'fanfare-'] as const;
const reservedNames: ReadonlySet<string> = new Set(['idempotency-key']);

const tokenPattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const valuePattern = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** Whether HTTP itself, rather than the webhook, decides this header. Takes the name in lower case. */
export function isFramingHeader(lowerName: string): boolean {
  return framingNames.has(lowerName) || lowerName.startsWith('proxy-');
}

const pointerTo = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * What is wrong with the headers an owner wants sent (RFC 9110 section 5). Empty: nothing.
 * Pointers are relative to the record of headers.
 */
export function checkHeaders(headers: Readonly<Record<string, string>>): Fault[] {
  const faults: Fault[] = [];
  const names = Object.keys(headers);
  if (names.length > maxHeaderCount) {
    faults.push({
      pointer: '',
      detail: `There are ${names.length} headers; at most ${maxHeaderCount} are allowed.`,
    });
  }
  let bytes = 0;
  const seen = new Set<string>();
  for (const name of names) {
    const value = headers[name] ?? '';
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    const fault = headerFault(name, value, seen);
    if (fault !== null) faults.push({ pointer: pointerTo(name), detail: fault });
  }
  if (bytes > maxHeaderBytes) {
    faults.push({
      pointer: '',
      detail: `The headers have ${bytes} bytes; names and values may have ${maxHeaderBytes} bytes in all.`,
    });
  }
  return faults;
}

function headerFault(name: string, value: string, seen: Set<string>): string | null {
  if (!tokenPattern.test(name)) {
    return "A header's name may have letters, digits and !#$%&'*+-.^_`|~ and must not be empty. Rename it.";
  }
  const lower = name.toLowerCase();
  if (seen.has(lower)) {
    return 'The header is given twice (names are compared without case). Keep one.';
  }
  seen.add(lower);
  if (isFramingHeader(lower)) {
    return 'The header belongs to the HTTP connection and is set by Fanfare. Take it out.';
  }
  if (reservedNames.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix))) {
    return 'The header is reserved for what Fanfare itself says of a delivery. Use another name.';
  }
  if (!valuePattern.test(value)) {
    return "A header's value may have visible ASCII characters, with spaces or tabs between them. Take out line breaks, control characters, characters outside ASCII, and spaces at either end.";
  }
  return null;
}
