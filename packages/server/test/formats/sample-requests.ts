import {
  compileCustomType,
  eventTypes,
  exampleEvent,
  exampleOfCustomType,
  type FrozenEvent,
} from '../../src/catalog/index.ts';
import {
  type DeliveryFacts,
  type Format,
  formatNames,
  formatsByName,
  type RenderedRequest,
  type RequestShape,
  type WebhookFacts,
} from '../../src/formats/index.ts';

export const webhook: WebhookFacts = { id: 'crm', name: 'CRM & more' };

export function delivery(scope: string | null = null): DeliveryFacts {
  return { id: 'dlv_01jf2wkn00ez4a7d9m2p5r8t0w', scope, createdAt: '2024-12-14T15:29:18.900Z' };
}

export const post: RequestShape = {
  method: 'POST',
  url: 'https://hooks.example.com/in?team=7',
  headers: {},
  mode: null,
};

function shapedFor(format: Format): RequestShape {
  return { ...post, mode: format.name === 'cloudevents' ? 'structured' : null };
}

export function render(
  format: Format,
  event: FrozenEvent,
  more: { scope?: string | null; request?: Partial<RequestShape> } = {},
): RenderedRequest {
  return format.render({
    event,
    delivery: delivery(more.scope ?? null),
    webhook,
    request: { ...shapedFor(format), ...more.request },
  });
}

const registered = compileCustomType({
  type: 'vip.level_up',
  description: 'Somebody reached a higher level of the VIP club.',
  schema: {
    type: 'object',
    properties: { tier: { type: 'string' }, perks: { type: 'array' } },
    required: ['tier'],
  },
  example: { tier: 'Gold', perks: ['lounge', 'early access'] },
});
if (!registered.ok) throw new Error(JSON.stringify(registered.faults));
export const customEvent = exampleOfCustomType(registered.customType);

export interface Sample {
  /** File below spec/formats, without its ending. */
  readonly name: string;
  readonly format: Format;
  readonly event: FrozenEvent;
  readonly scope: string | null;
  readonly request: Partial<RequestShape>;
}

/** One request for everything a format can say: every event, scope, mode and layout. */
export const samples: readonly Sample[] = formatNames.flatMap((formatName) => {
  const format = formatsByName[formatName];
  return [...eventTypes.map(exampleEvent), customEvent].flatMap((event) =>
    format.carries(event).flatMap((scope): Sample[] => {
      const name = `${formatName}/${event.type}`;
      const plain = { format, event, scope };
      if (scope !== null) return [{ ...plain, name: `${name}.${scope}`, request: {} }];
      if (formatName === 'cloudevents') {
        return (['structured', 'binary'] as const).map((mode) => ({
          ...plain,
          name: `${name}.${mode}`,
          request: { mode },
        }));
      }
      if (formatName === 'gamify-route') {
        return [
          { ...plain, name, request: {} },
          { ...plain, name: `${name}.query`, request: { method: 'GET' as const } },
          {
            ...plain,
            name: `${name}.form`,
            request: { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
          },
        ];
      }
      return [{ ...plain, name, request: {} }];
    }),
  );
});
