import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Permission, roleNames, type Scope, scopes } from '../../src/accounts/index.ts';
import { exampleEvent } from '../../src/catalog/index.ts';
import { auditOf } from '../../src/http/audit-table.ts';
import { openApiDocument } from '../../src/http/index.ts';
import { newId } from '../../src/ids.ts';
import { triggerFired } from './events.ts';
import { type Answer, ApiHarness, type Call } from './harness.ts';
import { uuidIn } from './ids.ts';
import { PersonBrowser, password } from './person.ts';

/**
 * Every operation of the OpenAPI document is called as nobody and as a stranger. An operation that is missing from
 * the tables below fails the test, so a new route cannot be forgotten.
 */
interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly takesBody: boolean;
  readonly permission: Permission | 'member' | undefined;
  /** The roles with which the document says that a session will do. */
  readonly roles: readonly string[];
  /** The scopes with which the document says that an API token will do. */
  readonly tokenScopes: readonly string[];
  /** Whether the document says that a participant token will do. */
  readonly forParticipants: boolean;
}

/** All that a participant token opens: whatever is added here is open to browsers. */
const openToParticipants = [
  'signIn',
  'joinCampaign',
  'completeTask',
  'play',
  'listPlays',
  'listHighScores',
  'getCampaign',
  'listGroups',
  'getGroup',
  'listQuests',
  'getQuest',
  'listTasks',
  'getTask',
  'listRewards',
  'getReward',
  'getLeaderboard',
  'getParticipation',
  'listActivity',
  'claimRewards',
  'listEarnings',
  'listPayouts',
];

const document = (await openApiDocument()) as {
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        requestBody?: unknown;
        security?: readonly Readonly<Record<string, readonly string[]>>[];
        'x-permission'?: Permission | 'member';
        'x-roles'?: readonly string[];
      }
    >
  >;
};
/** What needs no credential, since it is how one is had. Whatever is added here is open to everybody. */
const openToAll = [
  'createOwner',
  'createSession',
  'previewInvitation',
  'acceptInvitation',
  'requestPasswordReset',
  'resetPassword',
];
const allOperations: readonly Operation[] = Object.entries(document.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, requestBody, security, ...rest }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
      takesBody: requestBody !== undefined,
      permission: rest['x-permission'],
      roles: rest['x-roles'] ?? [],
      tokenScopes: security?.flatMap((scheme) => scheme['api_token'] ?? []) ?? [],
      forParticipants: security?.some((scheme) => 'participant_token' in scheme) === true,
    })),
  )
  .filter(({ path }) => path.startsWith('/v1/'));
const operations = allOperations.filter(({ operationId }) => !openToAll.includes(operationId));
const forTokens = operations.filter(({ tokenScopes }) => tokenScopes.length > 0);
const onThings = forTokens.filter(({ path }) => path.includes('{'));
const onLists = forTokens.filter(({ path }) => !path.includes('{'));

let api: ApiHarness;
let theirs: { token: string };
let expired: string;
let revoked: string;
/** Participant tokens. */
let ada: string;
let adaExpired: string;
let adaRevoked: string;
let endedSession: PersonBrowser;
let noSession: PersonBrowser;
let clockMs = Date.now();

/** What organization A owns; the values stand in paths and must never reach organization B. */
interface Things {
  readonly community: string;
  readonly campaign: string;
  readonly group: string;
  /** What new quests and tasks are made in, so that the ones to be deleted stay empty. */
  readonly parentGroup: string;
  readonly parentQuest: string;
  readonly quest: string;
  readonly task: string;
  readonly completedTask: string;
  readonly reward: string;
  readonly trigger: string;
  readonly participant: string;
  /** Somebody who may be merged into the participant. */
  readonly double: string;
  /** Somebody whose personal data may be erased. */
  readonly forgotten: string;
  readonly event: string;
  readonly eventType: string;
  readonly webhook: string;
  readonly delivery: string;
  readonly inbox: string;
  readonly inboxRequest: string;
  readonly token: string;
  readonly job: string;
  /** Waits, since its webhook is off. */
  readonly replay: string;
  readonly resend: string;
  /** Both failed: one to try again, one to settle. */
  readonly payout: string;
  readonly settledPayout: string;
  readonly completion: string;
  readonly recalculation: string;
  readonly member: string;
  readonly invitation: string;
  readonly session: string;
  readonly organization: string;
}
let ours: Things;
let badge: string;
/** The name given to delete an organization; nobody has this one. */
let confirmed = 'Nobody';
const unknown: Things = {
  community: newId('com'),
  campaign: newId('cmp'),
  group: newId('grp'),
  parentGroup: newId('grp'),
  parentQuest: newId('qst'),
  quest: newId('qst'),
  task: newId('tsk'),
  completedTask: newId('tsk'),
  reward: newId('rwd'),
  trigger: 'nobody-knows',
  participant: newId('usr'),
  double: newId('usr'),
  forgotten: newId('usr'),
  event: newId('we'),
  eventType: 'nobody.knows',
  webhook: newId('whk'),
  delivery: newId('dlv'),
  inbox: newId('inb'),
  inboxRequest: newId('req'),
  token: newId('tok'),
  job: newId('job'),
  replay: newId('job'),
  resend: newId('job'),
  payout: newId('pay'),
  settledPayout: newId('pay'),
  completion: newId('cpl'),
  recalculation: newId('job'),
  member: newId('psn'),
  invitation: newId('inv'),
  session: newId('pss'),
  organization: newId('org'),
};

/** Which thing stands in a path. */
const thingOf: Readonly<Record<string, keyof Things>> = {
  '/v1/events/{id}': 'event',
  '/v1/event-types/{type}': 'eventType',
  '/v1/communities/{id}': 'community',
  '/v1/campaigns/{id}': 'campaign',
  '/v1/campaigns/{id}/groups/{group_id}': 'group',
  '/v1/campaigns/{id}/quests/{quest_id}': 'quest',
  '/v1/campaigns/{id}/tasks/{task_id}': 'task',
  // One that stays: what somebody completed cannot be deleted.
  '/v1/campaigns/{id}/tasks/{task_id} of /v1/campaigns/{id}/tasks/{task_id}/completions': 'completedTask',
  '/v1/campaigns/{id}/rewards/{reward_id}': 'reward',
  '/v1/campaigns/{id}/participants/{participant_id}': 'participant',
  '/v1/triggers/{trigger_id}': 'trigger',
  '/v1/triggers/{trigger_id}/users/{user_id}': 'participant',
  '/v1/participants/{id}': 'participant',
  '/v1/participants/{id} of /v1/participants/{id}/erasure': 'forgotten',
  '/v1/webhooks/{id}': 'webhook',
  '/v1/deliveries/{id}': 'delivery',
  '/v1/inboxes/{id}': 'inbox',
  '/v1/inboxes/{id}/requests/{request_id}': 'inboxRequest',
  '/v1/tokens/{id}': 'token',
  '/v1/jobs/{id}': 'job',
  '/v1/members/{id}': 'member',
  '/v1/invitations/{id}': 'invitation',
  '/v1/sessions/{id}': 'session',
  '/v1/replays/{id}': 'replay',
  '/v1/resends/{id}': 'resend',
  '/v1/payouts/{id}': 'payout',
  '/v1/payouts/{id} of /v1/payouts/{id}/settlement': 'settledPayout',
  '/v1/campaigns/{id}/completions/{completion_id}': 'completion',
  '/v1/campaigns/{id}/recalculations/{job_id}': 'recalculation',
};

function pathWith(template: string, things: Things): string {
  let path = '';
  let filled = '';
  for (const segment of template.split('/').slice(1)) {
    path += `/${segment}`;
    if (!segment.startsWith('{')) {
      filled += `/${segment}`;
      continue;
    }
    const thing = thingOf[`${path} of ${template}`] ?? thingOf[path];
    if (thing === undefined) throw new Error(`Add what stands in ${path} to thingOf`);
    filled += `/${things[thing]}`;
  }
  return filled;
}

/** A body that each operation accepts, naming the given things where it can. */
const bodies: Readonly<Record<string, (things: Things) => unknown>> = {
  publishEvents: ({ campaign }) => ({ ...triggerFired, campaign_id: campaign }),
  putEventType: () => ({
    description: 'A member reached a new level.',
    schema: { type: 'object' },
    example: {},
  }),
  createCommunity: () => ({ name: 'North' }),
  updateCommunity: () => ({ name: 'South' }),
  createCampaign: () => ({ name: 'Autumn' }),
  updateCampaign: () => ({ name: 'Winter' }),
  createGroup: () => ({ name: 'Season two' }),
  updateGroup: () => ({ name: 'Season three' }),
  createQuest: ({ parentGroup }) => ({ name: 'Second quest', group_id: parentGroup }),
  updateQuest: () => ({ name: 'Third quest' }),
  createTask: ({ parentQuest }) => ({
    name: 'Second task',
    quest_id: parentQuest,
    type: 'quiz',
    browser: true,
  }),
  updateTask: () => ({ name: 'Third task' }),
  createReward: () => ({ name: 'Badge', kind: 'badge', unit: 'Badges' }),
  updateReward: () => ({ name: 'Other badge' }),
  putTrigger: ({ campaign }) => ({ name: 'Purchase', campaign_id: campaign, credit: { rate: 10 } }),
  signIn: ({ campaign, participant }) => ({
    campaign_id: campaign,
    participant: { id: participant },
    method: 'google',
  }),
  joinCampaign: ({ participant }) => ({ participant: { id: participant } }),
  revokeCompletion: () => ({ reason: 'The post was deleted' }),
  recalculate: () => ({ dry_run: true }),
  play: ({ participant }) => ({ participant: { id: participant }, fields: { round: newId('ply') } }),
  completeTask: ({ participant }) => ({ participant: { id: participant } }),
  bookPoints: ({ participant }) => ({
    participant: { id: participant },
    amount: 5,
    cause: 'api',
    reference: 'a',
  }),
  fireTrigger: () => ({ value: 2.99 }),
  claimRewards: ({ participant }) => ({ participant: { id: participant }, reward_id: badge }),
  settlePayout: () => ({ outcome: 'paid', reason: 'In cash.' }),
  // Somebody new each time: for who is there already the answer is another.
  putParticipant: () => ({ external_id: newId('usr') }),
  updateParticipant: () => ({ first_name: 'Ada' }),
  eraseParticipant: () => ({ reason: 'Asked for it' }),
  mergeParticipants: ({ double }) => ({ from: double }),
  createWebhook: ({ campaign }) => ({
    name: 'CRM',
    url: `${api.url}/inbox/nowhere`,
    format: 'standard',
    campaigns: [campaign],
  }),
  updateWebhook: () => ({ name: 'Renamed' }),
  rotateWebhookSecret: () => ({}),
  createResend: () => ({ filter: { state: 'parked' }, dry_run: true }),
  createReplay: () => ({ only: 'all', since: new Date(clockMs - 3_600_000).toISOString(), dry_run: true }),
  testWebhook: ({ participant }) => ({ participant_id: participant }),
  testUnsavedWebhook: ({ participant }) => ({
    participant_id: participant,
    settings: { name: 'CRM', url: `${api.url}/inbox/nowhere`, format: 'standard' },
  }),
  checkWebhookUrl: () => ({ url: 'http://127.0.0.1/' }),
  checkEventType: () => ({ schema: { type: 'object' } }),
  createInbox: () => ({ name: 'Mine' }),
  updateInbox: () => ({ name: 'Renamed' }),
  createToken: () => ({ name: 'Deploy' }),
  updateSession: ({ organization }) => ({ organization_id: organization }),
  updatePerson: () => ({ name: 'Renamed' }),
  // Not what it is: whoever changes it goes on with the same one.
  changePassword: () => ({ current_password: 'not this one', password }),
  requestEmailChange: () => ({ current_password: 'not this one', email: 'new@example.com' }),
  confirmEmailChange: () => ({ token: 'none' }),
  createOrganization: () => ({ name: 'Another' }),
  updateMember: () => ({ role: 'viewer' }),
  createInvitation: () => ({ email: `${newId('psn')}@example.com`, role: 'viewer' }),
  updateOrganization: () => ({ name: 'Renamed' }),
  deleteOrganization: () => ({ confirm: confirmed }),
  createParticipantToken: ({ participant }) => ({ participant: { id: participant } }),
  revokeParticipantTokens: () => ({}),
  putAlerts: () => ({ emails: ['ada@example.com'] }),
  putAllowedOrigins: () => ({ origins: [] }),
  importParticipants: () => 'external_id,first_name\r\ngrace,Grace\r\n',
  importPoints: () => 'external_id,amount,reference\r\ngrace,5,import-1\r\n',
};

/** The query that an operation needs. */
const queries: Readonly<Record<string, (things: Things) => string>> = {
  importPoints: ({ campaign }) => `?campaign_id=${campaign}`,
};

function bodyOf({ operationId, takesBody }: Operation, things: Things): unknown {
  const body = bodies[operationId];
  if (takesBody && body === undefined) throw new Error(`Add a body for ${operationId} to bodies`);
  return body?.(things);
}

async function call(
  operation: Operation,
  things: Things,
  credential: string | PersonBrowser | null,
): Promise<Answer> {
  if (operation.operationId === 'claimRewards') await earnSomething();
  const body = bodyOf(operation, things);
  const query = queries[operation.operationId]?.(things) ?? '';
  const request: Omit<Call, 'token'> =
    typeof body === 'string'
      ? { raw: body, headers: { 'content-type': 'text/csv' } }
      : body === undefined
        ? {}
        : { body };
  const path = pathWith(operation.path, things) + query;
  return credential instanceof PersonBrowser
    ? credential.call(operation.method, path, request)
    : api.call(operation.method, path, { ...request, token: credential });
}

/** Something to claim, of a reward that no other operation deletes. */
async function earnSomething(): Promise<void> {
  await api.database.pool.query(
    `insert into earnings (id, organization_id, campaign_id, participant_id, reward_id, amount, cause, created_at)
     select $1, organization_id, campaign_id, $2, id, 1, $1::uuid::text, now() from rewards where id = $3`,
    [uuidIn(newId('ern')), uuidIn(ours.participant), uuidIn(badge)],
  );
}

async function failedPayout(things: {
  campaign: string;
  participant: string;
  webhook: string;
}): Promise<string> {
  const reward = await api.call('POST', `/v1/campaigns/${things.campaign}/rewards`, {
    body: {
      name: 'Ether',
      kind: 'token',
      unit: 'ETH',
      payout: { mode: 'webhook', webhook_id: things.webhook },
    },
  });
  const id = newId('pay');
  await api.database.pool.query(
    `insert into payouts (id, organization_id, campaign_id, participant_id, reward_id, amount, origin, state, attempt,
                          requested_by, created_at)
     select $1, organization_id, campaign_id, $2, id, 1, 'claim', 'failed', 0, 'claim', now() from rewards where id = $3`,
    [uuidIn(id), uuidIn(things.participant), uuidIn((reward.body as { id: string }).id)],
  );
  await api.database.pool.query(
    `insert into earnings (id, organization_id, campaign_id, participant_id, reward_id, amount, state, payout_id, cause,
                           created_at)
     select $1, organization_id, campaign_id, participant_id, reward_id, amount, 'claimable', id, 'test', now()
       from payouts where id = $2`,
    [uuidIn(newId('ern')), uuidIn(id)],
  );
  return id;
}

async function replayThatWaits(): Promise<string> {
  const settings = { name: 'Slow', url: `${api.url}/inbox/nowhere`, format: 'standard' };
  const { id } = (await api.call('POST', '/v1/webhooks', { body: settings })).body as { id: string };
  const since = new Date(clockMs - 60_000).toISOString();
  const asked = await api.call('POST', `/v1/webhooks/${id}/replays`, { body: { only: 'all', since } });
  expect(asked.status, asked.text).toBe(202);
  const off = await api.call('PATCH', `/v1/webhooks/${id}`, { body: { status: 'inactive' } });
  expect(off.status, off.text).toBe(200);
  return (asked.body as { id: string }).id;
}

async function resendThatWaits(): Promise<string> {
  const params = { filter: {}, delivery_ids: null, rate_per_second: 1 };
  const waiting = { organizationId: api.organization.id, kind: 'resend', params, waitMs: 3_600_000 };
  return (await api.jobs.enqueue(waiting)).job.id;
}

async function participantToken(
  token: string,
  participant: { id: string } | { external_id: string },
  ttl_seconds?: number,
): Promise<string> {
  const body = { participant, ttl_seconds };
  const answer = await api.call('POST', '/v1/participant-tokens', { token, body });
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { token: string }).token;
}

/** A problem document without what names the request itself. */
function saidBy(answer: Answer): unknown {
  const { instance: _, request_id: __, ...rest } = answer.body as Record<string, unknown>;
  return rest;
}

beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true }, clock: { now: () => clockMs } });
  theirs = await api.otherOrganization();
  const expiring = await api.accounts.createToken(api.organization.id, {
    name: 'Short',
    expiresAt: new Date(clockMs + 1_000),
  });
  const short = await api.accounts.createToken(api.organization.id, { name: 'Gone', expiresAt: null });
  // Both are valid before they are not, so that what is tested is their end.
  for (const { text } of [expiring, short]) {
    expect((await api.call('GET', '/v1/organization', { token: text })).status).toBe(200);
  }
  await api.accounts.revokeToken(api.organization.id, short.id);
  clockMs += 1_000;
  expired = expiring.text;
  revoked = short.text;

  const create = async (method: string, path: string, body: unknown): Promise<string> => {
    const answer = await api.call(method, path, { body });
    expect(answer.status, answer.text).toBeLessThan(300);
    return (answer.body as { id: string }).id;
  };
  const campaign = await create('POST', '/v1/campaigns', { name: 'Spring' });
  await create('PUT', '/v1/event-types/vip.upgraded', bodies['putEventType']?.(unknown));
  const inbox = await create('POST', '/v1/inboxes', { name: 'Ours' });
  const webhook = await create('POST', '/v1/webhooks', {
    name: 'CRM',
    url: `${api.url}/inbox/${inbox}`,
    format: 'standard',
  });
  const event = await api.publish({
    type: 'user.joined_campaign',
    campaign_id: campaign,
    participant: { external_id: 'ada' },
    data: exampleEvent('user.joined_campaign').data,
  });
  const first = async (path: string) =>
    ((await api.call('GET', path)).body as { data: { id: string; state?: string }[] }).data[0];
  const delivered = await waitFor(() => first(`/v1/deliveries?event_id=${event}&state=delivered`), {
    what: 'the delivery to the inbox',
  });
  const inCampaign = (path: string, operationId: string, things: Partial<Things> = {}) =>
    create('POST', `/v1/campaigns/${campaign}/${path}`, bodies[operationId]?.({ ...unknown, ...things }));
  const parentGroup = await inCampaign('groups', 'createGroup');
  const parentQuest = await inCampaign('quests', 'createQuest', { parentGroup });
  badge = await inCampaign('rewards', 'createReward');
  const participant = (await first('/v1/participants?external_id=ada'))?.id ?? '';
  const postIn = async (path: string, body: unknown) => {
    const answer = await api.call('POST', `/v1/campaigns/${campaign}/${path}`, { body });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };
  const doneTask = await inCampaign('tasks', 'createTask', { parentQuest });
  const done = await postIn(`tasks/${doneTask}/completions`, { participant: { external_id: 'grace' } });
  const begun = await postIn('recalculations', { dry_run: true });
  const owner = await PersonBrowser.owner(api);
  const invited = await owner.call('POST', '/v1/invitations', {
    body: { email: 'new@example.com', role: 'viewer' },
  });
  const signedIn = await owner.call('GET', '/v1/session');
  const mine = await owner.call('GET', '/v1/sessions');
  ours = {
    organization: api.organization.id,
    member: (signedIn.body as { person: { id: string } }).person.id,
    invitation: (invited.body as { id: string }).id,
    session: (mine.body as { data: { id: string }[] }).data[0]?.id ?? '',
    campaign,
    community: await create('POST', '/v1/communities', bodies['createCommunity']?.(unknown)),
    completion: (done as { completion: { id: string } }).completion.id,
    recalculation: (begun as { job: { id: string } }).job.id,
    parentGroup,
    parentQuest,
    group: await inCampaign('groups', 'createGroup'),
    quest: await inCampaign('quests', 'createQuest', { parentGroup }),
    task: await inCampaign('tasks', 'createTask', { parentQuest }),
    completedTask: await inCampaign('tasks', 'createTask', { parentQuest }),
    reward: await inCampaign('rewards', 'createReward'),
    trigger: await create(
      'PUT',
      '/v1/triggers/our-purchase',
      bodies['putTrigger']?.({ ...unknown, campaign }),
    ),
    event,
    webhook,
    inbox,
    participant,
    payout: await failedPayout({ campaign, participant, webhook }),
    settledPayout: await failedPayout({ campaign, participant, webhook }),
    double: await create('POST', '/v1/participants', { external_id: 'ada-again' }),
    forgotten: await create('POST', '/v1/participants', { external_id: 'forget-me' }),
    eventType: 'vip.upgraded',
    delivery: delivered.id,
    inboxRequest: (await first(`/v1/inboxes/${inbox}/requests`))?.id ?? '',
    token: (await api.accounts.createToken(api.organization.id, { name: 'Ours', expiresAt: null })).id,
    // No node knows its kind, so it waits.
    job: (await api.jobs.enqueue({ organizationId: api.organization.id, kind: 'ours', params: {} })).job.id,
    replay: await replayThatWaits(),
    resend: await resendThatWaits(),
  };
  await api.database.pool.query(
    'insert into participations (organization_id, campaign_id, participant_id, joined_at) select organization_id, $1, id, now() from participants where id = $2',
    [uuidIn(ours.campaign), uuidIn(ours.participant)],
  );

  endedSession = await PersonBrowser.withRole(api, api.organization.id, 'owner');
  expect((await endedSession.call('GET', '/v1/organization')).status).toBe(200);
  await api.database.pool.query(
    `update person_sessions set expires_at = now() - interval '1 s'
      where person_id = (select id from persons order by created_at desc limit 1)`,
  );
  noSession = new PersonBrowser(api).withCookie(
    endedSession.cookie.replace(/=.*$/, `=${'A'.repeat(32)}.sig`),
  );

  const self = { id: ours.participant };
  adaExpired = await participantToken(api.token, self, 60);
  adaRevoked = await participantToken(api.token, self);
  for (const token of [adaExpired, adaRevoked]) {
    expect((await api.call('GET', `/v1/campaigns/${campaign}`, { token })).status).toBe(200);
  }
  await api.call('POST', '/v1/participant-tokens/revocation', { body: {} });
  clockMs += 60_000;
  ada = await participantToken(api.token, self);
});
afterAll(() => api.close());

describe('without a valid token', () => {
  const tokens: [string, () => string | PersonBrowser | null][] = [
    ['no token', () => null],
    ['an expired token', () => expired],
    ['a revoked token', () => revoked],
    ['an unknown token', () => `fan_${'A'.repeat(43)}`],
    ['what is no token', () => 'hunter2'],
    ['a session that has expired', () => endedSession],
    ['the cookie of no session', () => noSession],
    ['an expired participant token', () => adaExpired],
    ['a revoked participant token', () => adaRevoked],
    [
      'a participant token that somebody changed',
      () => `${ada.slice(0, -2)}${ada.endsWith('AA') ? 'BB' : 'AA'}`,
    ],
  ];
  it.each(tokens)('%s: every operation answers one and the same 401', async (_what, token) => {
    const documents = new Set<string>();
    for (const operation of operations) {
      const answer = await call(operation, ours, token());
      expect(answer.status, `${operation.operationId}: ${answer.text}`).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="Fanfare"');
      documents.add(JSON.stringify(saidBy(answer)));
    }
    expect([...documents]).toHaveLength(1);
    expect([...documents][0]).toContain('"code":"unauthenticated"');
  });

  it('an expired, a revoked and an unknown token cannot be told apart', async () => {
    const [operation] = operations;
    if (operation === undefined) throw new Error('The document has no operations');
    const answers = await Promise.all(
      tokens
        .filter(([what]) => !/session/.test(what))
        .slice(1)
        .map(async ([, token]) => saidBy(await call(operation, ours, token()))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('a token in another scheme, in the query or in a cookie is no token', async () => {
    const refused = [
      await api.call('GET', '/v1/organization', {
        token: null,
        headers: { authorization: `Basic ${api.token}` },
      }),
      await api.call('GET', `/v1/organization?access_token=${api.token}`, { token: null }),
      await api.call('GET', '/v1/organization', { token: null, headers: { cookie: `token=${api.token}` } }),
      await api.call('GET', '/v1/organization', { token: null, headers: { 'x-api-key': api.token } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(refused.map(({ text }) => text).join()).not.toContain(api.token);
  });

  it('the answer comes before the body is read', async () => {
    const [none, broken] = [
      await api.call('POST', '/v1/events', { token: null, raw: '' }),
      await api.call('POST', '/v1/events', { token: null, raw: '{{{' }),
    ];
    expect([none.status, broken.status]).toEqual([401, 401]);
  });
});

describe("another organization's token", () => {
  /** Names, not ids: every organization has its own, so a stranger makes or looks for one of its own. */
  const byName = new Set(['putEventType', 'putTrigger']);

  it.each(
    onThings.filter(({ operationId }) => !byName.has(operationId)),
  )('with our ids: $operationId answers exactly as for ids that nobody has', async (operation) => {
    const foreign = await call(operation, ours, theirs.token);
    const nobodys = await call(operation, unknown, theirs.token);
    expect(foreign.status, foreign.text).toBe(404);
    expect(nobodys.status, nobodys.text).toBe(404);
    expect(saidBy(foreign)).toEqual(saidBy(nobodys));
    const left = [...foreign.headers.keys()].sort();
    expect(left).toEqual([...nobodys.headers.keys()].sort());
  });

  it('cannot reach our requests through an inbox of its own', async () => {
    const { body } = await api.call('POST', '/v1/inboxes', { token: theirs.token, body: { name: 'Theirs' } });
    const inbox = (body as { id: string }).id;
    const answer = await api.call('GET', `/v1/inboxes/${inbox}/requests/${ours.inboxRequest}`, {
      token: theirs.token,
    });
    expect(answer.status).toBe(404);
  });

  it('registers an event type of its own under our name, and ours stays', async () => {
    const put = { description: 'Theirs.', schema: { type: 'object' }, example: { a: 1 } };
    const path = `/v1/event-types/${ours.eventType}`;
    expect((await api.call('PUT', path, { token: theirs.token, body: put })).status).toBe(201);
    expect((await api.call('GET', path)).body).toMatchObject({ example: {} });
    expect((await api.call('DELETE', path, { token: theirs.token })).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(200);
  });

  it('makes a trigger of its own under our id only in a campaign of its own, and ours stays', async () => {
    const path = `/v1/triggers/${ours.trigger}`;
    const before = (await api.call('GET', path)).body;
    const put = (campaign: string) =>
      api.call('PUT', path, { token: theirs.token, body: bodies['putTrigger']?.({ ...unknown, campaign }) });
    const [foreign, nobodys] = [await put(ours.campaign), await put(unknown.campaign)];
    expect([foreign.status, nobodys.status]).toEqual([422, 422]);
    expect(foreign.text.replaceAll(ours.campaign, unknown.campaign).length).toBe(nobodys.text.length);
    const made = await api.call('POST', '/v1/campaigns', { token: theirs.token, body: { name: 'Theirs' } });
    expect((await put((made.body as { id: string }).id)).status).toBe(201);
    expect((await api.call('DELETE', path, { token: theirs.token })).status).toBe(204);
    expect((await api.call('GET', path)).body).toEqual(before);
  });

  it.each(onLists)('without ids: $operationId tells and takes nothing of ours', async (operation) => {
    const answer = await call(operation, ours, theirs.token);
    const nobodys = await call(operation, unknown, theirs.token);
    expect(answer.status, answer.text).toBe(nobodys.status);
    for (const [thing, id] of Object.entries(ours)) {
      // These names they have used themselves, and their audit log says so.
      if (operation.permission === 'audit' && ['trigger', 'eventType'].includes(thing)) continue;
      // A refusal may repeat what the caller itself sent.
      if (answer.status >= 400) continue;
      expect(answer.text, `${thing} in ${operation.operationId}`).not.toContain(id);
    }
    if (answer.status >= 400) {
      const shown = (text: string, things: Things) =>
        Object.entries(things).reduce((all, [thing, id]) => all.replaceAll(id, thing), text);
      expect(shown(JSON.stringify(saidBy(answer)), ours)).toBe(
        shown(JSON.stringify(saidBy(nobodys)), unknown),
      );
    }
  });

  it('finds nothing of ours by any filter', async () => {
    for (const query of [
      `/v1/events?campaign_id=${ours.campaign}`,
      `/v1/events?participant_id=${ours.participant}`,
      '/v1/events?participant_id=ada',
      `/v1/payouts?campaign_id=${ours.campaign}`,
      `/v1/payouts?participant_id=${ours.participant}`,
      `/v1/payouts?reward_id=${ours.reward}`,
      `/v1/deliveries?webhook_id=${ours.webhook}`,
      `/v1/deliveries?campaign_id=${ours.campaign}`,
      `/v1/deliveries?event_id=${ours.event}`,
      `/v1/deliveries?participant_id=${ours.participant}`,
      '/v1/deliveries?participant_id=ada',
      '/v1/participants?external_id=ada',
      '/v1/participants?search=ada',
    ]) {
      const answer = await api.call('GET', query, { token: theirs.token });
      expect(answer.body, `${query}: ${answer.text}`).toEqual({ data: [], next_cursor: null });
    }
  });
});

describe('a participant token', () => {
  const isOpen = ({ operationId }: Operation) => openToParticipants.includes(operationId);

  it('opens what is on the list, and the document says the same', () => {
    const named = operations.filter(({ forParticipants }) => forParticipants);
    expect(named.map(({ operationId }) => operationId).sort()).toEqual([...openToParticipants].sort());
  });

  it.each(operations.filter(isOpen))('does $operationId for oneself', async (operation) => {
    const answer = await call(operation, ours, ada);
    expect(answer.status, answer.text).toBe(200);
  });

  it('is forbidden everything else, without a look at what is asked for', async () => {
    const documents = new Set<string>();
    for (const operation of operations.filter((one) => !isOpen(one))) {
      for (const things of [ours, unknown]) {
        const answer = await call(operation, things, ada);
        expect(answer.status, `${operation.operationId}: ${answer.text}`).toBe(403);
        documents.add(JSON.stringify(saidBy(answer)));
      }
    }
    expect([...documents]).toHaveLength(1);
    expect([...documents][0]).toContain('"code":"forbidden"');
  });

  it('of another organization finds nothing of ours', async () => {
    const theirBob = await participantToken(theirs.token, { external_id: 'bob' });
    for (const operation of operations.filter(isOpen)) {
      // Who does not say for whom acts for themselves: else it is about acting for somebody else.
      const named = bodyOf(operation, ours);
      const { participant: _, ...body } = (named ?? {}) as { participant?: unknown };
      const things = [ours, unknown] as const;
      const answers = await Promise.all(
        things.map((of) =>
          api.call(operation.method, pathWith(operation.path, of), {
            token: theirBob,
            ...(named !== undefined && {
              body: 'campaign_id' in body ? { ...body, campaign_id: of.campaign } : body,
            }),
          }),
        ),
      );
      const expected = operation.path.includes('{participant_id}')
        ? 403
        : operation.operationId === 'signIn'
          ? 422
          : operation.path.includes('{')
            ? 404
            : 200;
      expect(
        answers.map(({ status }) => status),
        `${operation.operationId}: ${answers[0]?.text}`,
      ).toEqual([expected, expected]);
      const said = answers.map((answer, index) =>
        JSON.stringify(saidBy(answer)).replaceAll(things[index]?.campaign ?? '', 'the campaign'),
      );
      expect(said[0]).toBe(said[1]);
    }
  });
});

describe('somebody who is signed in', () => {
  it.each(roleNames)('as %s does what the document says, and nothing else', async (role) => {
    const { organization } = await api.otherOrganization(`Of the ${role}`);
    const browser = await PersonBrowser.withRole(api, organization.id, role);
    const opened: string[] = [];
    // Whoever signs out does nothing more.
    const last = (operation: Operation) => Number(operation.operationId === 'deleteSession');
    for (const operation of [...operations].sort((a, b) => last(a) - last(b))) {
      const answers = [await call(operation, ours, browser)];
      if (last(operation) === 0) answers.push(await call(operation, unknown, browser));
      const [foreign, nobodys = foreign] = answers;
      if (foreign === undefined || nobodys === undefined) throw new Error('Nothing was answered');
      expect(foreign.status, `${operation.operationId}: ${foreign.text}`).toBe(nobodys.status);
      expect(foreign.status, foreign.text).not.toBe(401);
      // What belongs to others is not there.
      if (foreign.status === 404) expect(saidBy(foreign)).toEqual(saidBy(nobodys));
      if (foreign.status < 400) expect(foreign.text).not.toContain(ours.campaign);
      // A link that is not valid is refused to who may use one.
      const badLink = foreign.text.includes('"code":"invalid_link"');
      if (foreign.status !== 403 || badLink) opened.push(operation.operationId);
      else
        expect(foreign.text).toContain(
          `needs the permission ${operation.permission}, which ${role} does not`,
        );
    }
    const documented = operations.filter(({ roles }) => roles.includes(role));
    expect(opened.sort()).toEqual(documented.map(({ operationId }) => operationId).sort());
  });

  it('finds our things when they are theirs too', async () => {
    const browser = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const reads = operations.filter(({ permission, method }) => permission === 'read' && method === 'GET');
    for (const operation of reads) {
      // Nobody was erased yet.
      const found = operation.operationId === 'getErasure' ? 404 : 200;
      expect((await call(operation, ours, browser)).status, operation.operationId).toBe(found);
    }
  });
});

it('needs no credential for what is on the list, and for nothing else', () => {
  const said = allOperations.filter(({ permission }) => permission === undefined);
  expect(said.map(({ operationId }) => operationId).sort()).toEqual([...openToAll].sort());
});

describe('an API token with one scope', () => {
  it.each(scopes)('%s opens what the document says, and nothing else', async (scope) => {
    // Whatever it makes and deletes is its own.
    const { organization } = await api.otherOrganization(`With ${scope}`);
    const { text: token } = await api.accounts.createToken(organization.id, {
      name: scope,
      scopes: [scope],
      expiresAt: null,
    });
    const opened: string[] = [];
    for (const operation of operations) {
      const answers = [await call(operation, ours, token), await call(operation, unknown, token)];
      const refused = answers.filter(({ status }) => status === 403);
      // Nothing in a refusal tells whether the thing exists.
      const said = new Set(refused.map((answer) => JSON.stringify(saidBy(answer))));
      expect(
        [
          [0, 0],
          [2, 1],
        ],
        operation.operationId,
      ).toContainEqual([refused.length, said.size]);
      const why =
        operation.tokenScopes.length > 0
          ? `needs the scope ${operation.permission}`
          : 'people who are signed in';
      for (const text of said) expect(text).toContain(why);
      if (refused.length === 0) opened.push(operation.operationId);
    }
    const documented = operations.filter(({ tokenScopes }) => tokenScopes.includes(scope));
    expect(opened).toEqual(documented.map(({ operationId }) => operationId));
    expect(opened.length).toBeGreaterThan(0);
  });

  it('makes no token that may do more, and gives its own scopes when none are asked for', async () => {
    const { text: token } = await api.accounts.createToken(api.organization.id, {
      name: 'Deployer',
      scopes: ['publish', 'tokens'],
      expiresAt: null,
    });
    const make = (body: object) =>
      api.call('POST', '/v1/tokens', { token, body: { name: 'Child', ...body } });
    expect((await make({})).body).toMatchObject({ scopes: ['publish', 'tokens'] });
    expect((await make({ scopes: null })).body).toMatchObject({ scopes: ['publish', 'tokens'] });
    expect((await make({ scopes: ['publish'] })).body).toMatchObject({ scopes: ['publish'] });
    const beyond = await make({ scopes: ['publish', 'money'] });
    expect([beyond.status, beyond.text]).toEqual([403, expect.stringContaining('the scopes money')]);
    expect((await make({ scopes: [] })).status).toBe(400);
    expect((await make({ scopes: ['team' as Scope] })).status).toBe(400);
  });

  it('that was made before there were scopes has all of them', async () => {
    const made = await api.call('POST', '/v1/tokens', { body: { name: 'Old' } });
    expect(made.body).toMatchObject({ scopes: null });
  });
});

it('with our own token every operation finds its thing, so the refusals above are about the token', async () => {
  // What others stand on goes last.
  const last = [
    'cancelReplay',
    'cancelResend',
    'getErasure',
    'deleteTrigger',
    'deleteInboxRequests',
    'deleteInbox',
    'deleteWebhook',
    'deleteEventType',
    'deleteToken',
    'deleteCommunity',
    'revokeParticipantTokens',
    'deleteOrganization',
  ];
  confirmed = 'Renamed';
  const order = (id: string) => last.indexOf(id);
  /** Operations of which the audit log should say something, and what it says. */
  const unrecorded: string[] = [];
  for (const operation of [...forTokens].sort((a, b) => order(a.operationId) - order(b.operationId))) {
    const before = await lastAudited();
    const answer = await call(operation, ours, api.token);
    const entry = await lastAudited();
    if (isAudited(operation) !== (entry.number === before.number + 1)) {
      unrecorded.push(`${operation.operationId}: ${entry.number - before.number} entries`);
    }
    // Nothing waits for ours, which says that it was found.
    const found = operation.operationId === 'skipDelivery' ? [409] : [200, 201, 202, 204];
    expect(found, `${operation.operationId}: ${answer.text}`).toContain(answer.status);
  }
  expect(unrecorded).toEqual([]);
});

/** Whether this call of it changes something that goes on record. */
function isAudited({ operationId }: Operation): boolean {
  // A dry run changes nothing, and for skipDelivery nothing waits.
  if (['createReplay', 'createResend', 'recalculate', 'skipDelivery'].includes(operationId)) return false;
  return typeof (auditOf(operationId) ?? '') !== 'string';
}

async function lastAudited(): Promise<{ number: number; action: string | null }> {
  const { rows } = await api.database.pool.query<{ number: number; action: string }>(
    `select number::int, action from audit_entries where organization_id = $1 order by number desc limit 1`,
    [uuidIn(api.organization.id)],
  );
  return rows[0] ?? { number: 0, action: null };
}
