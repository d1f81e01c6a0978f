import type { PayoutDetail } from '@fanfare/client';
import { Anchor, Button, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { frame } from '#strings/frame.ts';
import { payouts as text } from '#strings/payouts.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import {
  Amount,
  Copyable,
  confirmFirst,
  Details,
  Moment,
  none,
  Page,
  Problem,
  StateBadge,
} from '../elements/index.ts';
import { PagePlaceholder } from '../frame/index.ts';
import { useMay } from '../session/index.ts';
import { useLivePayouts } from './live-payouts.ts';
import { PayoutAttempts } from './payout-attempts.tsx';
import { PayoutEarnings } from './payout-earnings.tsx';
import { PayoutState } from './payout-state.tsx';
import { Receiver, receiverName } from './receiver.tsx';
import { SettleDialog } from './settle-dialog.tsx';

const route = getRouteApi('/signed-in/payouts/$payoutId');
const { page } = text;
const crumbs = [{ label: frame.pages.payouts, to: '/payouts' }] as const;

export function PayoutPage() {
  const { payoutId } = route.useParams();
  useLivePayouts();
  const found = useRead('/v1/payouts/{id}', { path: { id: payoutId } });
  if (found.error !== null && found.data === undefined) {
    return (
      <Page title={payoutId} crumbs={crumbs}>
        <Problem error={found.error} again={() => void found.refetch()} />
      </Page>
    );
  }
  return found.data === undefined ? <PagePlaceholder /> : <Shown payout={found.data} />;
}

function Shown({ payout }: { readonly payout: PayoutDetail }) {
  return (
    <Page
      title={payout.reward_name}
      mark={<StateBadge state={payout.state} />}
      crumbs={crumbs}
      actions={<Actions payout={payout} />}
    >
      <PayoutState payout={payout} />
      <Facts payout={payout} />
      <Stack gap="sm" component="section">
        <Title order={2} size="h4">
          {page.attempts.title}
        </Title>
        <PayoutAttempts attempts={payout.attempts} />
      </Stack>
      <Stack gap="sm" component="section">
        <Title order={2} size="h4">
          {page.earnings.title}
        </Title>
        <PayoutEarnings payout={payout} />
      </Stack>
    </Page>
  );
}

function Actions({ payout }: { readonly payout: PayoutDetail }) {
  const [settling, setSettling] = useState(false);
  const retry = useChange(() => fanfare.post('/v1/payouts/{id}/retry', { path: { id: payout.id } }), {
    changes: ['/v1/payouts'],
    done: page.retry.done,
  });
  const failed = payout.state === 'failed';
  if (!useMay('money') || !(failed || payout.state === 'processing')) return null;
  return (
    <>
      <Button variant="default" onClick={() => setSettling(true)}>
        {page.settle.action}
      </Button>
      {failed && (
        <Button
          loading={retry.isPending}
          onClick={() =>
            confirmFirst({
              title: page.retry.title(`${payout.amount} ${payout.unit}`, receiverName(payout)),
              consequence: page.retry.consequence(page.retry.hint),
              confirm: page.retry.confirm,
              destructive: false,
              onConfirm: () => retry.mutate(undefined),
            })
          }
        >
          {page.retry.action}
        </Button>
      )}
      <SettleDialog payout={payout} opened={settling} onClose={() => setSettling(false)} />
    </>
  );
}

function Facts({ payout }: { readonly payout: PayoutDetail }) {
  const { account, campaign_id, campaign_name, reference } = payout;
  const { facts } = page;
  return (
    <Details
      details={[
        {
          label: facts.amount,
          value: (
            <Text fw={650} component="span">
              <Amount value={payout.amount} unit={payout.unit} />
            </Text>
          ),
        },
        { label: facts.who, value: <Receiver payout={payout} /> },
        {
          label: facts.account,
          value: account === null ? facts.noAccount : page.on(account.name, account.platform),
        },
        { label: facts.campaign, value: <CampaignLink id={campaign_id} name={campaign_name} /> },
        { label: facts.id, value: <Copyable value={payout.id} what={facts.id} /> },
        { label: facts.origin, value: page.requesters[payout.origin] },
        { label: facts.made, value: <Moment at={payout.created_at} /> },
        {
          label: facts.reference,
          value: reference === null ? none : <Copyable value={reference} what={facts.reference} />,
        },
      ]}
    />
  );
}

function CampaignLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link to="/campaigns/$campaignId" params={{ campaignId: id }} {...props} />}
    >
      {name}
    </Anchor>
  );
}
