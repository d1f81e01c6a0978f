import {
  type CatalogEvent,
  type EventData,
  type FrozenEvent,
  isCatalogEvent,
  isEventType,
  type ParticipantSnapshot,
} from '../catalog/index.ts';
import { type Format, methods, type RenderedRequest, type RequestShape } from './format.ts';
import { jsonRequest } from './json-request.ts';
import {
  anyObject,
  flag,
  type JsonSchema,
  nullable,
  number,
  object,
  oneOf,
  schemaDocument,
  text,
  textOrNull,
  time,
} from './json-schema.ts';
import { leafValues, queryRequest } from './leaf-values.ts';
import { fullName } from './person.ts';

type Level = EventData['quest.completed']['level'];

/** What an event says in this format; absent parts are left out of the payload. */
interface Happening {
  readonly event: string;
  readonly label: string;
  readonly earned: number | null;
  readonly fields?: object;
  readonly level?: Level;
  readonly score?: number | null;
  readonly highScore?: number;
  readonly previousHighScore?: number | null;
  readonly isCampaignBest?: boolean;
  readonly prize?: { readonly id: string; readonly name: string; readonly code: string | null };
  readonly data?: object;
}

const labels = {
  player_joined: 'Player joined',
  level_completed: 'Level completed',
  campaign_completed: 'Campaign completed',
  prize_won: 'Prize won',
  prize_claimed: 'Prize claimed',
  optin_submit: 'Opt-in submit',
  high_score: 'High score',
} as const;

function happeningOf(event: CatalogEvent): Happening | null {
  switch (event.type) {
    case 'user.joined_campaign':
      return { event: 'player_joined', label: labels.player_joined, earned: 0 };
    case 'task.completed': {
      const { level, score, points } = event.data;
      if (level === null) return null;
      return { event: 'level_completed', label: labels.level_completed, earned: points, level, score };
    }
    case 'quest.completed': {
      const { level, score, points } = event.data;
      if (level === null || !level.last) return null;
      return { event: 'campaign_completed', label: labels.campaign_completed, earned: points, level, score };
    }
    case 'earning.created':
    case 'reward.claimed': {
      const { reward, code, points } = event.data;
      const name = event.type === 'earning.created' ? 'prize_won' : 'prize_claimed';
      const prize = { id: reward.id, name: reward.name, code };
      return { event: name, label: labels[name], earned: points, prize };
    }
    case 'game.optin_submitted': {
      const { fields, level, points } = event.data;
      return { event: 'optin_submit', label: labels.optin_submit, earned: points, fields, level };
    }
    case 'game.high_score': {
      const { level, score, high_score, previous_high_score, is_campaign_best, points } = event.data;
      return {
        event: 'high_score',
        label: labels.high_score,
        earned: points,
        level,
        score,
        highScore: high_score,
        previousHighScore: previous_high_score,
        isCampaignBest: is_campaign_best,
      };
    }
    default:
      return null;
  }
}

function happeningIn(event: FrozenEvent): Happening | null {
  if (isCatalogEvent(event)) return event.participant === null ? null : happeningOf(event);
  return { event: event.type, label: labelOf(event.type), earned: null, data: event.data };
}

/** `vip.level_up` reads "Vip level up". */
function labelOf(type: string): string {
  const words = type.replaceAll(/[._]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function playerOf(person: ParticipantSnapshot, submitted: object | undefined): object {
  return {
    id: person.id,
    name: fullName(person),
    email: person.email,
    phone: person.phone ?? undefined,
    fields: submitted === undefined ? person.fields : { ...person.fields, ...submitted },
  };
}

const formType = 'application/x-www-form-urlencoded';

/** The payload in the layout that the webhook's method and its owner's content type ask for. */
function layOut(request: RequestShape, payload: object): RenderedRequest {
  const { method, url } = request;
  if (method === 'GET' || method === 'DELETE') return queryRequest(method, url, payload);
  const asked = ownContentType(request.headers);
  const mediaType = asked?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === formType || mediaType === 'multipart/form-data') {
    // A multipart body would need a boundary that the owner's header cannot know; both are read as forms.
    const contentType = mediaType === formType && asked !== null ? asked : formType;
    return { method, url, headers: { 'content-type': contentType }, body: leafValues(payload).toString() };
  }
  const rendered = jsonRequest(method, url, payload);
  return asked === null ? rendered : { ...rendered, headers: { 'content-type': asked } };
}

function ownContentType(headers: Readonly<Record<string, string>>): string | null {
  for (const name in headers) {
    if (name.toLowerCase() === 'content-type') return headers[name] ?? null;
  }
  return null;
}

const once: readonly null[] = [null];
const nowhere: readonly null[] = [];

/**
 * Gamify Route publishes what can be configured and no payload; names and layout are ours. Any method:
 * GET and DELETE carry the payload in the query, a form content type among the owner's headers makes the
 * body a form, everything else is JSON. Event types that an organization registers travel under their
 * own names with their data in `data`.
 */
export const gamifyRoute: Format = {
  name: 'gamify-route',
  version: 1,
  title: 'Gamify Route',
  description:
    'The webhooks of Gamify Route: what a player of a game does, by any method, as JSON, form or query.',
  methods,
  scopes: [],
  predefined: [],
  eventTypes: [
    'user.joined_campaign',
    'task.completed',
    'quest.completed',
    'earning.created',
    'reward.claimed',
    'game.optin_submitted',
    'game.high_score',
  ],
  carriesCustomTypes: true,
  carriedAs: (type) => ({ name: eventNames[type] ?? type, scopes: [] }),

  carries: (event) => (happeningIn(event) === null ? nowhere : once),

  render({ event, delivery, webhook, request }) {
    const happening = happeningIn(event);
    if (happening === null) throw new Error(`Gamify Route does not carry the event ${event.id}`);
    const { campaign, participant } = event;
    const { level, prize } = happening;
    return layOut(request, {
      id: delivery.id,
      event: happening.event,
      event_label: happening.label,
      occurred_at: event.occurred_at,
      webhook: { id: webhook.id, name: webhook.name },
      campaign: campaign === null ? null : { id: campaign.id, name: campaign.name },
      player: participant === null ? null : playerOf(participant, happening.fields),
      level: level == null ? undefined : { id: level.id, number: level.number, name: level.name },
      score: happening.score ?? undefined,
      high_score: happening.highScore,
      previous_high_score: happening.previousHighScore ?? undefined,
      is_campaign_best: happening.isCampaignBest,
      points: participant === null ? null : { earned: happening.earned, total: participant.total_points },
      prize:
        prize === undefined ? undefined : { id: prize.id, name: prize.name, code: prize.code ?? undefined },
      data: happening.data,
    });
  },

  bodySchema(eventType) {
    const name = eventNames[eventType];
    const custom = !isEventType(eventType);
    const properties: Record<string, JsonSchema> = {
      id: { ...text, description: 'The delivery id, as the History tab shows it.' },
      event: oneOf([name ?? eventType]),
      event_label: name === undefined ? text : oneOf([labels[name]]),
      occurred_at: time,
      webhook: object({ id: text, name: text }),
      campaign: custom ? nullable(campaignSchema) : campaignSchema,
      player: custom ? nullable(playerSchema) : playerSchema,
      level: object({ id: text, number: { type: 'integer' }, name: text }),
      score: number,
      high_score: number,
      previous_high_score: number,
      is_campaign_best: flag,
      points: custom ? nullable(pointsSchema) : pointsSchema,
      prize: object({ id: text, name: text, code: text }, ['code']),
      data: anyObject,
    };
    const required = requiredBy(eventType);
    const present = Object.entries(properties).filter(
      ([key]) => !situational.includes(key) || required.includes(key) || possibleIn(eventType).includes(key),
    );
    return schemaDocument(
      `Gamify Route: ${eventType}`,
      object(
        Object.fromEntries(present),
        situational.filter((key) => !required.includes(key)),
      ),
    );
  },
};

const campaignSchema = object({ id: text, name: text });
const playerSchema = object(
  { id: text, name: textOrNull, email: textOrNull, phone: text, fields: anyObject },
  ['phone'],
);
const pointsSchema = object({ earned: { type: ['number', 'null'] }, total: number });

const situational: readonly string[] = [
  'level',
  'score',
  'high_score',
  'previous_high_score',
  'is_campaign_best',
  'prize',
  'data',
];

const eventNames: Readonly<Record<string, keyof typeof labels>> = {
  'user.joined_campaign': 'player_joined',
  'task.completed': 'level_completed',
  'quest.completed': 'campaign_completed',
  'earning.created': 'prize_won',
  'reward.claimed': 'prize_claimed',
  'game.optin_submitted': 'optin_submit',
  'game.high_score': 'high_score',
};

function requiredBy(eventType: string): readonly string[] {
  switch (eventType) {
    case 'task.completed':
    case 'quest.completed':
      return ['level'];
    case 'earning.created':
    case 'reward.claimed':
      return ['prize'];
    case 'game.high_score':
      return ['score', 'high_score', 'is_campaign_best'];
    default:
      return isEventType(eventType) ? [] : ['data'];
  }
}

function possibleIn(eventType: string): readonly string[] {
  switch (eventType) {
    case 'task.completed':
    case 'quest.completed':
      return ['score'];
    case 'game.optin_submitted':
      return ['level'];
    case 'game.high_score':
      return ['level', 'previous_high_score'];
    default:
      return [];
  }
}
