import type { DeliveryDetail } from '@fanfare/client';
import { history } from '#strings/history.ts';
import { Moment, none } from '../elements/index.ts';
import { FactLink, FactList } from './fact-list.tsx';

const { delivery: text } = history;

/** What a delivery is about, with the way to each of it. */
export function DeliveryFacts({ delivery }: { readonly delivery: DeliveryDetail }) {
  const { event, webhook, format, format_version, scope, created_at, attempts } = delivery;
  return (
    <FactList
      label={text.facts}
      facts={[
        {
          label: text.event,
          value:
            event.type === null ? (
              history.eventGone
            ) : (
              <FactLink to="/history/events/$eventId" params={{ eventId: event.id }}>
                {event.type}
              </FactLink>
            ),
        },
        {
          label: text.webhook,
          value: webhook.deleted ? (
            history.deletedWebhook(webhook.name)
          ) : (
            <FactLink to="/webhooks/$webhookId" params={{ webhookId: webhook.id }}>
              {webhook.name}
            </FactLink>
          ),
        },
        {
          label: text.participant,
          value:
            event.participant_id === null ? (
              none
            ) : (
              <FactLink to="/participants/$participantId" params={{ participantId: event.participant_id }}>
                {event.participant_email ?? event.participant_external_id ?? event.participant_id}
              </FactLink>
            ),
        },
        {
          label: text.campaign,
          value:
            event.campaign_id === null ? (
              none
            ) : (
              <FactLink to="/campaigns/$campaignId" params={{ campaignId: event.campaign_id }}>
                {event.campaign_name ?? event.campaign_id}
              </FactLink>
            ),
        },
        { label: text.format, value: text.formatVersion(format, format_version) },
        ...(scope === null ? [] : [{ label: text.scope, value: scope }]),
        { label: text.attempts, value: attempts },
        { label: text.made, value: <Moment at={created_at} /> },
      ]}
    />
  );
}
