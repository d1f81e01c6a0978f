import { Stack, Tabs, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { payouts as text } from '#strings/payouts.ts';
import { RewardTotals } from '../campaigns/index.ts';
import { Nothing, Page } from '../elements/index.ts';
import { CampaignSelect, useCampaigns } from '../pickers/index.ts';
import { useLivePayouts } from './live-payouts.ts';
import { PayoutList } from './payout-list.tsx';

const route = getRouteApi('/signed-in/payouts');

export function PayoutsPage() {
  const { view = 'payouts' } = route.useSearch();
  const navigate = route.useNavigate();
  useLivePayouts();
  return (
    <Page title={text.title} description={text.description}>
      <Tabs
        value={view}
        onChange={(chosen) =>
          void navigate({
            search: ({ campaign }) => ({
              ...(campaign && { campaign }),
              ...(chosen === 'totals' && { view: 'totals' as const }),
            }),
          })
        }
        keepMounted={false}
      >
        <Tabs.List aria-label={text.tabs.label} mb="md">
          <Tabs.Tab value="payouts">{text.tabs.payouts}</Tabs.Tab>
          <Tabs.Tab value="totals">{text.tabs.totals}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="payouts">
          <PayoutList />
        </Tabs.Panel>
        <Tabs.Panel value="totals">
          <Totals />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** Of the campaign in the address; of the only one, where there is one. */
function Totals() {
  const { campaign } = route.useSearch();
  const navigate = route.useNavigate();
  const campaigns = useCampaigns().data;
  const shown = campaign ?? (campaigns?.length === 1 ? campaigns[0]?.id : undefined);
  return (
    <Stack gap="md">
      <CampaignSelect
        value={shown ?? null}
        onChange={(id) =>
          void navigate({ search: { view: 'totals', ...(id !== null && { campaign: id }) }, replace: true })
        }
        maw={320}
      />
      <Text size="sm" c="dimmed">
        {text.totals.description}
      </Text>
      {shown === undefined ? (
        <Nothing title={text.totals.choose.title} description={text.totals.choose.description} />
      ) : (
        <RewardTotals campaignId={shown} />
      )}
    </Stack>
  );
}
