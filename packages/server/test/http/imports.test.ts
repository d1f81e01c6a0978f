import { Readable } from 'node:stream';
import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, uuidOf } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';
import { imported, people, refusalsOf, type ShownJob, send } from './imports.ts';
import { refusal, Season } from './season.ts';

let api: ApiHarness;
let season: Season;
beforeAll(async () => {
  api = await ApiHarness.open();
  season = await Season.open(api);
});
afterAll(() => api.close());

const wallet = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

describe('an import of participants', () => {
  it('makes people with everything the columns say', async () => {
    const job = await imported(
      api,
      send(api, 'participants', [
        'external_id,email,first_name,last_name,phone,wallet,account:discord,field:Plan,test,referral_code',
        `ada,ada@example.com,Ada,"Lovelace, Countess",+44 20 7946,${wallet.toLowerCase()},ada.l,pro,no,ada-1`,
        'grace,,Grace,,,,,,yes,',
      ]),
    );
    expect(job).toMatchObject({
      kind: 'import_participants',
      state: 'done',
      progress: { total: 2, done: 2, refused: 0 },
      counts: { created: 2, updated: 0, unchanged: 0 },
    });
    const known = await people(api);
    expect(known.get('ada')).toMatchObject({
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace, Countess',
      phone: '+44 20 7946',
      wallet,
      fields: { Plan: 'pro' },
      test: false,
      referral_code: 'ADA-1',
    });
    expect(known.get('grace')).toMatchObject({ first_name: 'Grace', email: null, test: true, wallet: null });
    const { body } = await api.call('GET', `/v1/participants/${known.get('ada')?.['id']}`);
    expect((body as { accounts: unknown }).accounts).toEqual([
      { platform: 'ethereum', name: wallet },
      { platform: 'discord', name: 'ada.l' },
    ]);
  });

  it('again changes nothing; cells that are empty leave what there is, others change it', async () => {
    const header = 'external_id,email,last_name,field:city,field:age';
    const file = [header, 'hedy,hedy@example.com,Lamarr,Vienna,', 'mary,,Somerville,,'];
    await imported(api, send(api, 'participants', file));
    expect((await imported(api, send(api, 'participants', file))).counts).toEqual({
      created: 0,
      updated: 0,
      unchanged: 2,
    });
    const changed = [header, 'hedy,,Kiesler,,85', 'mary,,,,'];
    expect((await imported(api, send(api, 'participants', changed))).counts).toEqual({
      created: 0,
      updated: 1,
      unchanged: 1,
    });
    expect((await people(api)).get('hedy')).toMatchObject({
      email: 'hedy@example.com',
      last_name: 'Kiesler',
      fields: { city: 'Vienna', age: '85' },
    });
  });

  it('finds whom a line before made, and joins what belongs together', async () => {
    const job = await imported(
      api,
      send(api, 'participants', [
        'external_id,account:x,first_name',
        'jean,@jean,Jean',
        'jean,@jean,Jean',
        ',@jean,Joan',
        'jean,,',
      ]),
    );
    expect(job.counts).toEqual({ created: 1, updated: 1, unchanged: 2 });
    expect((await people(api)).get('jean')).toMatchObject({ first_name: 'Joan' });
  });

  it('refuses lines that cannot be taken, each with its reason, and takes the others', async () => {
    await imported(
      api,
      send(api, 'participants', [
        'external_id,account:discord,referral_code',
        'one,one#1,ONE',
        'two,two#2,TWO',
      ]),
    );
    const job = await imported(
      api,
      send(api, 'participants', [
        'id,external_id,email,wallet,account:discord,test,referral_code,fields,first_name',
        ',good-1,,,,,,,',
        ',bad-email,ada at example,,,,,,',
        ',bad-wallet,,0x123,,,,,',
        ',bad-test,,,,perhaps,,,',
        ',bad-code,,,,,no!,,',
        ',bad-fields,,,,,,{plan,',
        ',,ada@example.com,,,,,,Nobody',
        ',one,,,two#2,,,,',
        ',other-name,,,one#1,,,,',
        ',good-2,,,,,TWO,,',
        `${newId('usr')},,,,,,,,`,
        'usr_nonsense,,,,,,,,',
        `,${'x'.repeat(201)},,,,,,,`,
        ',many,Ada at,,,perhaps,,,',
        ',"two',
        'lines",,,,,,,Li\0n',
        ',,,,,,,,',
        '',
        ',short',
        ',long,,,,,,,,,more',
        ',good-3,,,,,,,',
      ]),
    );
    const told = await refusalsOf(api, job);
    expect(told.map(({ line, field }) => [line, field])).toEqual([
      [3, 'email'],
      [4, 'wallet'],
      [5, 'test'],
      [6, 'referral_code'],
      [7, 'fields'],
      [8, null],
      [9, null],
      [10, null],
      [11, null],
      [12, null],
      [13, 'id'],
      [14, 'external_id'],
      [15, 'email'],
      [15, 'test'],
      [16, 'first_name'],
      [18, null],
      [20, null],
      [21, null],
    ]);
    const reason = (line: number) => told.find((one) => one.line === line)?.reason;
    expect(reason(3)).toBe('Found "ada at example", expected an e-mail address, such as ada@example.com.');
    expect(reason(4)).toContain('expected an address on ethereum');
    expect(reason(8)).toContain('Found no id, no external_id and no account');
    expect(reason(9)).toContain('belongs to several participants');
    expect(reason(10)).toContain('has the external_id "one", which stays for good');
    expect(reason(11)).toContain('Another participant has this referral code');
    expect(reason(12)).toContain('No participant of this organization has the id usr_');
    expect(reason(14)).toBe('Found 201 characters, expected at most 200. Shorten it.');
    expect(reason(16)).toContain('NUL');
    expect(reason(20)).toContain('Found 2 cells, expected 9');
    expect(reason(21)).toContain('Found 11 cells, expected 9');
    expect(told[0]?.excerpt).toBe(',bad-email,ada at example,,,,,,');
    expect(job).toMatchObject({
      state: 'done',
      progress: { total: 19, done: 19, refused: 17 },
      counts: { created: 2, updated: 0, unchanged: 0 },
    });
    const known = await people(api);
    expect([known.has('good-1'), known.has('good-2'), known.has('good-3')]).toEqual([true, false, true]);
  });

  it('does not make a test participant of who took part', async () => {
    await season.join('tested');
    const job = await imported(
      api,
      send(api, 'participants', ['external_id,test', 'tested,true', 'tested,false']),
    );
    expect(job.counts).toMatchObject({ unchanged: 1 });
    expect((await refusalsOf(api, job)).map(({ line }) => line)).toEqual([2]);
  });

  it('takes a byte order mark, semicolons, LF, tabs, capitals and a last line without an end', async () => {
    const files = [
      '\uFEFFExternal ID;First Name\nmark;"Müller; Bö"\n',
      'external_id\tfirst-name\r\nmark\tMüller; Bö',
    ];
    for (const file of files) {
      expect((await imported(api, send(api, 'participants', file))).progress).toEqual({
        total: 1,
        done: 1,
        refused: 0,
      });
      expect((await people(api)).get('mark')).toMatchObject({ first_name: 'Müller; Bö' });
    }
  });

  it('follows whoever was merged to who took them in', async () => {
    await imported(api, send(api, 'participants', ['external_id,account:x', 'stays,@stays', 'goes,@goes']));
    const known = await people(api);
    const [stays, goes] = [known.get('stays')?.['id'], known.get('goes')?.['id']];
    await api.database.pool.query(
      'update participants set merged_into = $1, merged_at = now() where id = $2',
      [uuidOf(String(stays) as `usr_${string}`), uuidOf(String(goes) as `usr_${string}`)],
    );
    const job = await imported(
      api,
      send(api, 'participants', ['id,external_id,first_name', ',goes,Anna', `${goes},,Anna`]),
    );
    expect(job.counts).toEqual({ created: 0, updated: 1, unchanged: 1 });
    expect((await people(api)).get('stays')).toMatchObject({ first_name: 'Anna', external_id: 'stays' });
  });
});

describe('a file that is refused as a whole', () => {
  const cases: [string, string | Uint8Array, string | RegExp][] = [
    ['without anything', '', 'first line is empty'],
    ['with an empty first line', '\nexternal_id\nada\n', 'first line is empty'],
    [
      'with unknown columns',
      'external_id,e-mail,Favourite colour\nada,,\n',
      /unknown columns: "e-mail", "Favourite colour".*Expected some of id, external_id, email/,
    ],
    ['with a column twice', 'external_id,External ID\na,b\n', 'columns that are there twice: external_id'],
    ['without who is meant', 'email,first_name\na@example.com,\n', 'no column that says who is meant'],
    ['with a field that no object may have', 'external_id,field:__proto__\na,b\n', 'field:__proto__'],
    ['that is no table', '{"external_id": "ada"}\n', 'unknown columns'],
    ['with lines that end with CR', 'external_id,email\rada,\r', 'CR alone'],
    ['in UTF-16 with a mark', Buffer.from('\uFEFFexternal_id\nada\n', 'utf16le'), 'Line 1 is UTF-16'],
    ['in UTF-16 without one', Buffer.from('external_id\nada\n', 'utf16le'), 'Line 1 is UTF-16'],
    [
      'in Latin-1',
      Buffer.from('external_id,first_name\nada,Ada\nzoe,Zoë\n', 'latin1'),
      /^Line 3 is not UTF-8.*"zoe,Zoë"/,
    ],
    [
      'in Latin-1 from the first line on',
      Buffer.from('external_id,field:größe\n', 'latin1'),
      /^Line 1 is not UTF-8/,
    ],
    ['whose first line has no end', `external_id,${'x'.repeat(70_000)}`, 'first line is longer than 64 KiB'],
  ];

  it.each(cases)('%s', async (_what, file, reason) => {
    const before = (await people(api)).size;
    const told = await refusal(send(api, 'participants', file));
    expect(told).toMatchObject({ status: 422, code: 'invalid_import' });
    expect(told.detail).toMatch(reason);
    expect((await people(api)).size).toBe(before);
    const { rows } = await api.database.pool.query('select from import_chunks');
    expect(rows).toHaveLength(0);
  });

  it('that is announced as something else', async () => {
    for (const type of [
      'application/json',
      'text/csv; charset=iso-8859-1',
      'multipart/form-data; boundary=x',
    ]) {
      const told = await refusal(
        send(api, 'participants', ['external_id', 'ada'], { headers: { 'content-type': type } }),
      );
      expect(told).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    }
  });

  it('of points, without a reference and without a name', async () => {
    const query = `?campaign_id=${season.campaign}`;
    const told = await refusal(send(api, 'points', ['external_id,amount', 'ada,5'], { query }));
    expect(told.detail).toContain('give the import a name');
  });

  it('of points, for a campaign that is not ours', async () => {
    const file = ['external_id,amount,reference', 'ada,5,a'];
    const told = await refusal(send(api, 'points', file, { query: `?campaign_id=${newId('cmp')}` }));
    expect(told).toMatchObject({ status: 422, code: 'unknown_campaign' });
  });
});

describe('lines that are too long', () => {
  it('are left out, and the rest goes on: one without an end, and one whose quote is not closed', async () => {
    const job = await imported(
      api,
      send(api, 'participants', [
        'external_id,first_name',
        'before,',
        `endless,${'x'.repeat(3_000_000)}`,
        'between,',
        `open,"${'y'.repeat(1_000)}`,
        ...Array.from({ length: 3_000 }, (_, n) => `swallowed-${n},aaaaaaaaaaaaaaaa`),
        'after,',
      ]),
    );
    const told = await refusalsOf(api, job);
    expect(told.map(({ line }) => line)).toEqual([3, 5]);
    expect(told[0]?.reason).toBe('Found a line of more than 64 KiB, expected less. Shorten it.');
    expect(told[0]?.excerpt).toMatch(/^endless,x{100}/);
    const swallowed = /lines 5 to (\d+) were left out/.exec(told[1]?.reason ?? '')?.[1];
    const isKnown = async (who: string) =>
      ((await api.call('GET', `/v1/participants?external_id=${who}`)).body as { data: unknown[] }).data
        .length === 1;
    for (const who of ['before', 'between', 'after']) expect(await isKnown(who), who).toBe(true);
    expect(await isKnown('open')).toBe(false);
    // Line 6 holds number 0. The line after the last one that the quote swallowed is read again.
    const last = Number(swallowed) - 6;
    expect(await isKnown(`swallowed-${last}`)).toBe(false);
    expect(await isKnown(`swallowed-${last + 1}`)).toBe(true);
    expect(job.counts['created']).toBe(3 + 3_000 - 1 - last);
  });

  it('cost no memory however long they are, and what comes after them is taken', async () => {
    const megabytes = 256;
    const piece = Buffer.alloc(1024 * 1024, 'x');
    let most = 0;
    function* file() {
      yield Buffer.from('external_id,first_name\nbefore-the-giant,\ngiant,');
      for (let n = 0; n < megabytes; n++) {
        most = Math.max(most, process.memoryUsage().arrayBuffers);
        yield piece;
      }
      yield Buffer.from('\nafter-the-giant,\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    const response = await fetch(`${api.url}/v1/imports/participants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(file())) as ReadableStream,
      duplex: 'half',
    });
    const job = await imported(
      api,
      response.text().then((text) => ({
        status: response.status,
        headers: response.headers,
        text,
        body: JSON.parse(text) as ShownJob,
      })),
    );
    expect(job.progress).toEqual({ total: 3, done: 3, refused: 1 });
    expect((await refusalsOf(api, job))[0]).toMatchObject({ line: 3 });
    expect((most - before) / 1024 ** 2).toBeLessThan(megabytes / 4);
  });
});

describe('an import of points', () => {
  const query = (name?: string) =>
    `?campaign_id=${season.campaign}${name === undefined ? '' : `&name=${name}`}`;
  const totalOf = async (who: string) => {
    const person = (await api.call('GET', `/v1/participants?external_id=${who}`)).body as {
      data: { id: string }[];
    };
    const { body } = await api.call(
      'GET',
      `/v1/campaigns/${season.campaign}/participants/${person.data[0]?.id}`,
    );
    return (body as { total_points: number }).total_points;
  };

  it('books each line as an action of its own, with its event, its cause and its note', async () => {
    const job = await imported(
      api,
      send(
        api,
        'points',
        ['external_id;amount;reference;note', 'kate;100,5;wrong;', 'kate;100.5;r-1;Welcome', 'kate;-40;r-2;'],
        { query: query() },
      ),
    );
    expect(job).toMatchObject({
      state: 'done',
      counts: { booked: 2, repeated: 0 },
      params: { campaign_id: season.campaign },
    });
    expect((await refusalsOf(api, job)).map(({ line, field, reason }) => [line, field, reason])).toEqual([
      [
        2,
        'amount',
        'Found "100,5", expected a number with a decimal point and no other marks, such as 12.5.',
      ],
    ]);
    expect(await totalOf('kate')).toBe(60.5);
    const told = (await api.call('GET', '/v1/events?participant_id=kate')).body as {
      data: { type: string }[];
    };
    expect(told.data.map(({ type }) => type).filter((type) => type !== 'rank.changed')).toEqual([
      'points.deducted',
      'points.issued',
      'user.joined_campaign',
    ]);
    const { body } = await api.call('GET', '/v1/events?type=points.issued&limit=1');
    const [newest] = (body as { data: { id: string }[] }).data;
    expect((await api.call('GET', `/v1/events/${newest?.id}`)).text).toContain('"note":"Welcome"');
  });

  it('again books nothing twice: by reference, and by the name of the import and the line', async () => {
    for (const [file, name] of [
      [['external_id,amount,reference', 'lise,10,l-1', 'lise,10,l-2'], undefined],
      [['external_id,amount', 'otto,7', 'otto,7', 'otto,7'], 'march'],
    ] as const) {
      const rows = file.length - 1;
      expect((await imported(api, send(api, 'points', file, { query: query(name) }))).counts).toEqual({
        booked: rows,
        repeated: 0,
      });
      expect((await imported(api, send(api, 'points', file, { query: query(name) }))).counts).toEqual({
        booked: 0,
        repeated: rows,
      });
    }
    expect(await totalOf('lise')).toBe(20);
    expect(await totalOf('otto')).toBe(21);
    await imported(api, send(api, 'points', ['external_id,amount', 'otto,7'], { query: query('april') }));
    expect(await totalOf('otto')).toBe(28);
  });

  it('refuses bad amounts and people, and takes the others', async () => {
    const job = await imported(
      api,
      send(
        api,
        'points',
        [
          'id,external_id,account:discord,amount,reference',
          ',rosa,,NaN,a',
          ',rosa,,1e3,b',
          `,rosa,,${'9'.repeat(40)},c`,
          ',rosa,,0.00001,d',
          ',rosa,,0,e',
          ',rosa,,-5,f',
          ',rosa,,,g',
          ',,nobody#0,5,h',
          `${newId('usr')},,,5,i`,
          ',rosa,rosa#1,5,j',
          ',,,5,k',
          ',rosa,,5,',
          `,rosa,,5,${'r'.repeat(201)}`,
          ',rosa,,5.0001,good',
        ],
        { query: query() },
      ),
    );
    const told = await refusalsOf(api, job);
    expect(told.map(({ line, field }) => [line, field])).toEqual([
      [2, 'amount'],
      [3, 'amount'],
      [4, null],
      [5, null],
      [6, null],
      [7, null],
      [8, 'amount'],
      [9, null],
      [10, null],
      [11, null],
      [12, null],
      [13, 'reference'],
      [14, 'reference'],
    ]);
    expect(told[2]?.reason).toContain('expected at most 11 digits before the decimal point');
    expect(told[3]?.reason).toContain('expected at most 4 decimal places');
    expect(told[5]?.reason).toMatch(/joined|Found 0 points/);
    expect(told[7]?.reason).toContain('No participant of this organization has the account "nobody#0"');
    expect(told[9]?.reason).toContain('Found 2 ways to say who is meant');
    expect(job).toMatchObject({ progress: { total: 14, done: 14, refused: 13 }, counts: { booked: 1 } });
    expect(await totalOf('rosa')).toBe(5.0001);
  });

  it('books lines in their order, however a person is named in each', async () => {
    await imported(api, send(api, 'participants', ['external_id,account:x', 'mixed,@mixed']));
    const lines = Array.from({ length: 40 }, (_, n) => [
      `,@mixed,10,give-${n}`,
      `mixed,,-10,take-${n}`,
    ]).flat();
    const job = await imported(
      api,
      send(api, 'points', ['external_id,account:x,amount,reference', ...lines], { query: query() }),
    );
    expect(job).toMatchObject({ progress: { refused: 0 }, counts: { booked: 80 } });
    expect(await totalOf('mixed')).toBe(0);
  });

  it('in a campaign that is not active refuses every line', async () => {
    const paused = await Season.open(api);
    await paused.change({ status: 'paused' });
    const job = await imported(
      api,
      send(api, 'points', ['external_id,amount,reference', 'rosa,5,a', 'lise,5,a'], {
        query: `?campaign_id=${paused.campaign}`,
      }),
    );
    expect(job).toMatchObject({ state: 'done', progress: { refused: 2 } });
  });
});

describe('an Idempotency-Key', () => {
  it('answers a repeat with the same job, and refuses another file', async () => {
    const headers = { 'idempotency-key': 'monday' };
    const file = ['external_id,first_name', 'repeated,Re'];
    const [first, second] = [
      await send(api, 'participants', file, { headers }),
      await send(api, 'participants', file, { headers }),
    ];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect((second.body as ShownJob).id).toBe((first.body as ShownJob).id);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const told = await refusal(send(api, 'participants', [...file, 'more,'], { headers }));
    expect(told).toMatchObject({ status: 409, code: 'idempotency_key_reused' });
  });
});

it('an upload that is cut leaves nothing behind', async () => {
  const abort = new AbortController();
  async function* file() {
    yield Buffer.from('external_id,first_name\n');
    // Enough for several parts to be stored already.
    for (let n = 0; n < 40; n++) yield Buffer.from(`cut-${n},${'x'.repeat(80)}\n`.repeat(1_000));
    abort.abort();
    yield Buffer.from('cut-last,');
  }
  const jobs = async () =>
    ((await api.call('GET', '/v1/jobs?limit=250')).body as { data: ShownJob[] }).data.map(({ id }) => id);
  const before = await jobs();
  await expect(
    fetch(`${api.url}/v1/imports/participants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(file())) as ReadableStream,
      duplex: 'half',
      signal: abort.signal,
    }),
  ).rejects.toThrow();
  await waitFor(async () => (await api.database.pool.query('select from import_chunks')).rowCount === 0, {
    what: 'the parts to be deleted',
  });
  expect(await jobs()).toEqual(before);
});
