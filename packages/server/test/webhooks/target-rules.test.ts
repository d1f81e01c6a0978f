import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHeaders, checkTargetUrl, isPublicAddress } from '../../src/webhooks/index.ts';
import { classifyAddress, isAllowedAddress } from '../../src/webhooks/target-rules.ts';

const strict = { allowPrivateTargets: false, requireHttps: true };
const open = { allowPrivateTargets: true, requireHttps: false };
const publicOnly = { allowPrivateTargets: false, requireHttps: false };

const dotted = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
const hextets = (value: number): string => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;

/** Any address of an IPv4 block, given as its first address and prefix length. */
function inBlock(first: string, bits: number): fc.Arbitrary<number> {
  const base = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return fc.nat({ max: 2 ** (32 - bits) - 1 }).map((offset) => base + offset);
}

const reservedV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const anyReservedV4 = fc.constantFrom(...reservedV4).chain(([first, bits]) => inBlock(first, bits));
const anyLow64 = fc
  .array(fc.nat({ max: 0xffff }), { minLength: 4, maxLength: 4 })
  .map((parts) => parts.map((part) => part.toString(16)).join(':'));

describe('the address rules', () => {
  it.each(reservedV4)('refuse every address of %s/%i', (first, bits) => {
    fc.assert(fc.property(inBlock(first, bits), (value) => !isPublicAddress(dotted(value))));
  });

  it('refuse a reserved IPv4 address in every IPv6 form that leads to it', () => {
    fc.assert(
      fc.property(anyReservedV4, (value) => {
        const v4 = hextets(value);
        const inverted = hextets(~value >>> 0);
        const forms = [
          `::ffff:${v4}`,
          `::ffff:${dotted(value)}`,
          `::${v4}`,
          `::ffff:0:${v4}`,
          `64:ff9b::${v4}`,
          `64:ff9b:1::${v4}`,
          `2002:${v4}::1`,
          `2001:0:4136:e378:8000:63bf:${inverted}`,
        ];
        expect(forms.filter(isPublicAddress)).toEqual([]);
      }),
    );
  });

  it.each([
    'fc00',
    'fd12',
    'fe80',
    'fec0',
    'ff02',
    '100',
    '2001:db8',
    '2001:2',
    '2001:10',
    '3fff:12',
    '5f00',
    '4000',
    'e000',
  ])('refuse IPv6 addresses that begin with %s', (prefix) => {
    fc.assert(
      fc.property(anyLow64, (low) => {
        const high = prefix.includes(':') ? `${prefix}:0:0` : `${prefix}:0:0:0`;
        expect(isPublicAddress(`${high}:${low}`)).toBe(false);
      }),
    );
  });

  it.each([
    '::',
    '::1',
    'fe80::1%eth0',
    'localhost',
    '',
    '127.1',
    '256.1.1.1',
    '1.2.3.4 ',
  ])('refuse %j', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('let %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '::ffff:6464:64c8',
  ])('refuse the metadata service at %s even where private targets are allowed', (address) => {
    expect(classifyAddress(address)).toBe('metadata');
    expect(isAllowedAddress(address, { allowPrivateTargets: true })).toBe(false);
  });

  it('let private addresses through where private targets are allowed', () => {
    expect(['127.0.0.1', '10.1.2.3', '::1', 'fd12::1'].every((ip) => isAllowedAddress(ip, open))).toBe(true);
  });
});

describe('the URL rules', () => {
  it.each([
    'https://hooks.example.com/fanfare',
    'https://hooks.example.com:8443/a?b=c&d=%20',
    'https://HOOKS.example.com./',
    'https://bücher.example/x',
    'https://93.184.216.34/x',
    'https://[2606:4700::1111]/x',
    'https://my_service.example.com/',
  ])('accept %s', (url) => {
    expect(checkTargetUrl(url, strict)).toMatchObject({ ok: true });
  });

  it.each([
    ['', 'cannot be read'],
    ['hooks.example.com/x', 'cannot be read'],
    ['/relative', 'cannot be read'],
    ['https://', 'cannot be read'],
    ['https://hooks.example.com:65536/', 'cannot be read'],
    ['https://hooks.example.com:0/', 'port 0'],
    ['https://exa mple.com/', 'cannot be read'],
    ['https://[fe80::1%25eth0]/', 'cannot be read'],
    ['https://xn--a/', 'cannot be read'],
    ['https://example.com:22:443/', 'cannot be read'],
    ['https://127.0.0.1%2f@example.com/', 'user name or password'],
    ['https://example.com%00.example.org/', 'cannot be read'],
    ['ftp://hooks.example.com/', 'ftp:'],
    ['file:///etc/passwd', 'file:'],
    ['javascript:alert(1)', 'javascript:'],
    ['http://hooks.example.com/', 'https: alone'],
    ['https://anna:secret@hooks.example.com/', 'user name or password'],
    ['https://anna@hooks.example.com/', 'user name or password'],
    ['https://hooks.example.com/#part', 'fragment'],
    ['https://hooks.example.com/#', 'fragment'],
    [' https://hooks.example.com/', 'spaces'],
    ['https://hooks.example.com/\r\nx', 'line breaks'],
    ['https://hooks.example.com/\0', 'control characters'],
    [`https://hooks.example.com/${'a'.repeat(10_000)}`, '10026 characters'],
    ['https://a..b.example.com/', 'not a valid name'],
    [`https://${'a'.repeat(64)}.example.com/`, 'not a valid name'],
  ])('refuse %j', (url, words) => {
    const result = checkTargetUrl(url, strict);
    expect(result).toMatchObject({ ok: false, reason: 'url' });
    expect('detail' in result && result.detail).toContain(words);
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.0.0.1./',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://2130706433/',
    'http://127.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1:8080/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://db.localhost:5432/',
  ])('refuse the internal address in %s', (url) => {
    expect(checkTargetUrl(url, publicOnly)).toMatchObject({ ok: false, reason: 'address' });
  });

  it('judge and dial the same host where parsers are known to differ', () => {
    const host = (url: string) => {
      const result = checkTargetUrl(url, strict);
      return result.ok ? result.url.hostname : result.reason;
    };
    expect(host('https://hooks.example.com\\@127.0.0.1/')).toBe('hooks.example.com');
    expect(host('https:\\\\127.0.0.1/')).toBe('address');
    expect(host('https:127.0.0.1/')).toBe('address');
    expect(host('https://127.0.0.1%2e/')).toBe('address');
    expect(host('https://%31%32%37.0.0.1/')).toBe('address');
    expect(host('https://127。0。0。1/')).toBe('address');
  });

  it('accept loopback but not the metadata service where private targets are allowed', () => {
    expect(checkTargetUrl('http://127.0.0.1:3000/x', open)).toMatchObject({ ok: true });
    expect(checkTargetUrl('http://localhost:3000/x', open)).toMatchObject({ ok: true });
    expect(checkTargetUrl('http://169.254.169.254/', open)).toMatchObject({ ok: false, reason: 'address' });
  });

  it('never let a URL through whose host is a reserved address, however it is written', () => {
    const spellings = (value: number): string[] => [
      dotted(value),
      String(value),
      `0x${value.toString(16)}`,
      `0${value.toString(8)}`,
      `[::ffff:${dotted(value)}]`,
    ];
    fc.assert(
      fc.property(anyReservedV4, (value) => {
        const passed = spellings(value).filter((host) => checkTargetUrl(`http://${host}/`, publicOnly).ok);
        expect(passed).toEqual([]);
      }),
    );
  });
});

describe('the header rules', () => {
  it('accept what owners send', () => {
    expect(
      checkHeaders({
        Authorization: 'Bearer abc.def==',
        'X-Api-Key': 'k',
        'content-type': 'application/json',
        'X-Empty': '',
        'X-List': 'a,\tb c',
      }),
    ).toEqual([]);
  });

  it.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'connection',
    'Keep-Alive',
    'Upgrade',
    'TE',
    'Trailer',
    'Expect',
    'Proxy-Authorization',
    'proxy-connection',
  ])('refuse %s, which belongs to the connection', (name) => {
    expect(checkHeaders({ [name]: 'x' })).toEqual([
      { pointer: `/${name}`, detail: expect.stringContaining('HTTP connection') },
    ]);
  });

  it.each([
    'webhook-id',
    'Webhook-Signature',
    'webhook-test',
    'ce-id',
    'CE-Type',
    'Idempotency-Key',
  ])('refuse %s, which Fanfare sets itself', (name) => {
    expect(checkHeaders({ [name]: 'x' })).toEqual([
      { pointer: `/${name}`, detail: expect.stringContaining('reserved') },
    ]);
  });

  it.each(['', 'a b', 'a:b', 'a\r\nb', 'ä', 'a\0', '(x)'])('refuse the name %j', (name) => {
    expect(checkHeaders({ [name]: 'x' })).toHaveLength(1);
  });

  it.each([
    'a\r\nx-injected: 1',
    'a\nb',
    'a\rb',
    'a\0b',
    ' a',
    'a ',
    'ä',
    'a\x7f',
    '\u{1f600}',
    '\ud800',
  ])('refuse the value %j', (value) => {
    expect(checkHeaders({ 'x-a': value })).toHaveLength(1);
  });

  it('refuse a name given twice in different case', () => {
    expect(checkHeaders({ 'X-A': '1', 'x-a': '2' })).toEqual([
      { pointer: '/x-a', detail: expect.stringContaining('twice') },
    ]);
  });

  it('refuse more than 50 headers, and more than 8 KiB of them', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`x-${i}`, 'v']));
    expect(checkHeaders(many)).toEqual([{ pointer: '', detail: expect.stringContaining('51 headers') }]);
    expect(checkHeaders({ 'x-a': 'v'.repeat(8_192) })).toEqual([
      { pointer: '', detail: expect.stringContaining('8195 bytes') },
    ]);
  });

  it('escape names in pointers, and judge a header named __proto__ like any other', () => {
    expect(checkHeaders({ 'a/~b': 'x' })).toMatchObject([{ pointer: '/a~1~0b' }]);
    expect(checkHeaders(JSON.parse('{"__proto__":"a\\nb"}'))).toMatchObject([{ pointer: '/__proto__' }]);
  });

  it('pass no value with a control character or a character outside ASCII anywhere in it', () => {
    const sound = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
    const unsound = fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\0', '\x7f', '\x1b', '\u2028'),
      fc.integer({ min: 0x80, max: 0xffff }).map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(sound, unsound, sound, (before, char, after) => {
        expect(checkHeaders({ 'x-a': before + char + after })).toHaveLength(1);
        expect(checkHeaders({ [`x${before}${char}${after}`]: 'v' }).length).toBeGreaterThan(0);
      }),
    );
  });
});
