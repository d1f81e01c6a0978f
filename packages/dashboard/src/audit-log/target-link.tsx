import { Button } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { auditLog as text } from '#strings/audit-log.ts';

const pages: Readonly<Record<string, (id: string) => Pick<LinkProps, 'to' | 'params'>>> = {
  webhook: (webhookId) => ({ to: '/webhooks/$webhookId', params: { webhookId } }),
  delivery: (deliveryId) => ({ to: '/history/$deliveryId', params: { deliveryId } }),
  event_type: (type) => ({ to: '/event-types/$type', params: { type } }),
  inbox: (inboxId) => ({ to: '/inboxes/$inboxId', params: { inboxId } }),
  campaign: (campaignId) => ({ to: '/campaigns/$campaignId', params: { campaignId } }),
  participant: (participantId) => ({ to: '/participants/$participantId', params: { participantId } }),
  payout: (payoutId) => ({ to: '/payouts/$payoutId', params: { payoutId } }),
};

/** To the page of what was changed, where it has one. */
export function TargetLink({ kind, id }: { readonly kind: string; readonly id: string }) {
  const page = pages[kind];
  if (page === undefined) return null;
  return (
    <Button size="xs" variant="default" renderRoot={(props) => <Link {...page(id)} {...props} />}>
      {text.entry.open}
    </Button>
  );
}
