import { definitionOf, isEventType } from '../catalog/index.ts';
import { formatOf } from '../formats/index.ts';
import { newId, type ParticipantId } from '../ids.ts';
import { curlCommand } from './curl.ts';
import { hideHeaders } from './header-privacy.ts';
import { type EventOwner, type SampleSource, scopesOf, simulateEvent, typesOf } from './simulated-event.ts';
import type { ExchangedRequest, ExchangeInput } from './test.ts';
import { type VerificationCode, verificationCode } from './verification-code.ts';
import type { Webhooks } from './webhooks.ts';

/** What a webhook would send for one event. */
export interface Example {
  readonly eventType: string;
  readonly scope: string | null;
  readonly title: string;
  readonly description: string;
  readonly request: ExchangedRequest;
  /** JSON Schema (2020-12) of the body. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Sends the same request; its signature holds for five minutes. */
  readonly curl: string;
}

export interface Examples {
  readonly examples: readonly Example[];
  readonly verification: VerificationCode;
}

/** Renders and signs a request as a delivery would, without sending it. */
export type Prepare = (input: ExchangeInput) => { readonly request: ExchangedRequest };

/** The examples of a webhook: one per event type and scope it subscribes to. */
export interface WebhookExamples {
  of(
    owner: EventOwner,
    webhookId: string,
    choice: { readonly eventType: string | null; readonly participantId: ParticipantId | null },
  ): Promise<Examples>;
}

export function createWebhookExamples(parts: {
  readonly webhooks: Webhooks;
  readonly samples: SampleSource;
  readonly prepare: Prepare;
  readonly now: () => Date;
}): WebhookExamples {
  const { webhooks, samples, prepare, now } = parts;
  return {
    async of(owner, webhookId, choice) {
      const webhook = await webhooks.get(owner.id, webhookId);
      const format = formatOf(webhook.format, webhook.formatVersion);
      const types =
        choice.eventType === null
          ? typesOf(format, webhook, await webhooks.customTypes(owner.id))
          : [choice.eventType];
      const examples: Example[] = [];
      for (const type of types) {
        const event = await simulateEvent(samples, owner, type, choice.participantId, now());
        const subscription = choice.eventType === null ? webhook : { events: [] };
        for (const scope of scopesOf(event, format, subscription)) {
          const { request: prepared } = prepare({
            event,
            webhook,
            delivery: {
              id: newId('dlv'),
              format: webhook.format,
              formatVersion: webhook.formatVersion,
              scope,
              createdAt: now().toISOString(),
              webhookName: webhook.name,
              attempt: 1,
            },
            test: false,
          });
          const request: ExchangedRequest = {
            method: prepared.method,
            url: prepared.url,
            body: prepared.body,
            headers: hideHeaders(prepared.headers, webhook.headers, '[your value]'),
          };
          examples.push({
            eventType: type,
            scope,
            title: isEventType(type) ? definitionOf(type).title : type,
            description: isEventType(type) ? definitionOf(type).description : 'An event type of your own.',
            request,
            schema: format.bodySchema(type),
            curl: curlCommand(request),
          });
        }
      }
      return { examples, verification: verificationCode(webhook, now()) };
    },
  };
}
