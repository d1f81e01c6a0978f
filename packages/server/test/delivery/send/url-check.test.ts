import { type NameServer, startNameServer } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResolver } from '../../../src/delivery/send/resolver.ts';
import { createUrlCheck } from '../../../src/delivery/send/url-check.ts';

const name = 'hooks.example.test';
let dns: NameServer;
beforeEach(async () => {
  dns = await startNameServer();
});
afterEach(() => dns.close());

const checkBy = (policy: { allowPrivateTargets?: boolean; requireHttps?: boolean } = {}) =>
  createUrlCheck({
    allowPrivateTargets: false,
    requireHttps: false,
    ...policy,
    resolve: createResolver({ servers: [dns.address] }),
  });

describe('a URL', () => {
  it('with a public address over https has nothing against it', async () => {
    dns.answer(name, ['93.184.216.34']);
    expect(await checkBy()(`https://${name}/hooks?source=fanfare`)).toEqual({ problems: [], advice: [] });
  });

  it('whose name is not in DNS, or leads into a private network, is told so without the addresses', async () => {
    const [unknown = ''] = (await checkBy()('https://nobody.example.test/')).problems;
    expect(unknown).toContain('nobody.example.test');
    expect(unknown).toContain('DNS');
    dns.answer(name, ['10.1.2.3']);
    const { problems } = await checkBy()(`https://${name}/`);
    expect(problems).toEqual([expect.stringContaining('not public')]);
    expect(problems[0]).not.toContain('10.1.2.3');
  });

  it('whose name servers are silent is given up', async () => {
    const check = createUrlCheck({
      allowPrivateTargets: false,
      requireHttps: false,
      deadlineMs: 20,
      resolve: () => new Promise(() => {}),
    });
    expect((await check(`https://${name}/`)).problems).toEqual([expect.stringContaining('within 0.02 s')]);
  });

  it.each([
    ['nonsense', 'cannot be read'],
    ['ftp://example.com/', 'Use https:'],
    ['https://ada:lovelace@example.com/', 'user name or password'],
    ['https://127.0.0.1/', 'not a public address'],
    ['https://localhost/', 'not a public address'],
    [' https://example.com/', 'spaces'],
  ])('that may not be saved is refused with its reason: %s', async (url, reason) => {
    const { problems } = await checkBy()(url);
    expect(problems).toEqual([expect.stringContaining(reason)]);
    expect(dns.questions).toEqual([]);
  });

  it('of a metadata service is refused under every policy, whatever name leads there', async () => {
    const check = checkBy({ allowPrivateTargets: true });
    dns.answer(name, ['169.254.169.254']);
    expect((await check(`http://${name}/`)).problems).toHaveLength(1);
    expect((await check('http://169.254.169.254/')).problems).toHaveLength(1);
  });

  it('may be better: advice for plain http, credentials in the query, addresses and names outside ASCII', async () => {
    dns.answer(name, ['93.184.216.34']);
    const { problems, advice } = await checkBy()(`http://${name}/?api_key=1`);
    expect(problems).toEqual([]);
    expect(advice).toEqual([expect.stringContaining('Plain http'), expect.stringContaining('(api_key)')]);
    expect((await checkBy()('https://93.184.216.34/')).advice).toEqual([
      expect.stringContaining('is an address'),
    ]);
    dns.answer('xn--bcher-kva.example.test', ['93.184.216.34']);
    expect((await checkBy()('https://bücher.example.test/')).advice).toEqual([
      expect.stringContaining('xn--bcher-kva.example.test'),
    ]);
    const inside = await checkBy({ allowPrivateTargets: true })('https://localhost/');
    expect(inside).toEqual({ problems: [], advice: [expect.stringContaining('network of Fanfare')] });
  });

  it('must be https where the installation says so', async () => {
    const { problems } = await checkBy({ requireHttps: true })(`http://${name}/`);
    expect(problems).toEqual([expect.stringContaining('over https: alone')]);
  });
});
