import { createDemoApi, type DemoApi } from './api.ts';
import { keepBooks } from './books.ts';
import { readCast } from './cast.ts';
import { readExamples } from './examples.ts';
import { keepPace } from './pace.ts';
import { payWhatFailed } from './payouts.ts';
import { createCrowd } from './people.ts';
import { createPerformer } from './perform.ts';
import { type Report, runSeason } from './run.ts';
import { createSeason } from './season.ts';
import { setStage } from './stage.ts';

export interface DemoParts {
  /** Where this server listens, without a slash at the end. */
  readonly origin: string;
  /** An API token of the organization that gets the demo. */
  readonly token: string;
  /** Ends the demo where it is. */
  readonly signal: AbortSignal;
  /** How long it takes, so that one can watch it; 28 s unless given. */
  readonly showMs?: number;
}

export interface DemoLoaded {
  readonly webhooks: number;
  readonly people: number;
  readonly actions: number;
  readonly examples: number;
}

/** In this one there is something of everything: payments that fail, some of them claimed again by who earned them. */
const seed = 667;
/** More would do more in the same time than one can read. */
const people = 14;
const defaultShowMs = 28_000;

/**
 * The season of an organization that has none: a campaign, a webhook for each line of the cast, each with an inbox of
 * its own, the cast's people one action after the other at a pace one can watch, and in the end the examples of the
 * catalogue and of the reference pages. Resolves when the last of it is accepted; null when the organization has
 * events or webhooks already.
 */
export async function loadDemo(parts: DemoParts): Promise<DemoLoaded | null> {
  const api = createDemoApi({ ...parts, connections: 2 });
  try {
    return (await isEmpty(api)) ? await show(api, parts) : null;
  } finally {
    await api.close();
  }
}

async function show(
  api: DemoApi,
  { signal, origin, showMs = defaultShowMs }: DemoParts,
): Promise<DemoLoaded> {
  const cast = await readCast();
  const crowd = createCrowd({ cast, seed, size: people, campaigns: 1 });
  const alone = { campaigns: 1, alone: true, withWebhooks: true };
  const stage = await setStage({ api, origin, cast, signal, ...alone });
  const [campaign] = stage.campaigns;
  if (campaign === undefined) throw new Error('The demo has no campaign');

  const examples = await readExamples(api, cast.catalogue_participant, campaign.id);
  const actions = lengthOf(createSeason({ crowd, cast }));
  const perSecond = showMs === 0 ? null : ((actions + examples.length) * 1_000) / showMs;
  const pace = keepPace({ perSecond, durationMs: null, signal });
  await runSeason({
    season: createSeason({ crowd, cast }),
    perform: createPerformer({ api, stage, crowd }),
    books: keepBooks({
      campaigns: 1,
      initialPoints: cast.initial_points,
      bonusPercent: cast.referral.bonus_percent,
    }),
    pace,
    // One after the other, so that the log reads as a story, and the same one each time.
    lanes: 1,
    report: mustBeExpected,
  });
  await stage.repair();
  await payWhatFailed({ api, stage, signal });
  for (const event of examples) {
    await pace.turn();
    await api.post('/v1/events', { body: event });
  }
  return {
    webhooks: stage.webhooks.length,
    people: crowd.size,
    actions,
    examples: examples.length,
  };
}

async function isEmpty(api: DemoApi): Promise<boolean> {
  const query = { limit: 1 };
  const lists = await Promise.all([api.get('/v1/events', { query }), api.get('/v1/webhooks', { query })]);
  return lists.every(({ data }) => data.length === 0);
}

/** How many actions there are in all, found by going through the season without carrying them out. */
function lengthOf(season: ReturnType<typeof createSeason>): number {
  for (let length = 0; ; length++) {
    const action = season.next();
    if (action === null || action === 'busy') return length;
    season.done(action);
  }
}

function mustBeExpected({ detail }: Report): void {
  if (detail !== null) throw new Error(`The demo's season took another turn than planned: ${detail}`);
}
