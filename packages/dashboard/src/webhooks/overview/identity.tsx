import type { Webhook } from '@fanfare/client';
import { Card, DataList, Text, Title } from '@mantine/core';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { webhooks } from '#strings/webhooks.ts';
import { useRead } from '../../api/index.ts';
import { Copyable, Moment } from '../../elements/index.ts';
import { useCampaigns } from '../../pickers/index.ts';

const { identity: words } = text;

/** What it is and what it is sent, in short. */
export function Identity({ webhook }: { readonly webhook: Webhook }) {
  const format = useRead('/v1/formats').data?.data.find(({ name }) => name === webhook.format);
  const campaigns = useCampaigns().data;
  const nameOf = (id: string) =>
    campaigns === undefined
      ? id
      : (campaigns.find((campaign) => campaign.id === id)?.name ?? webhooks.list.unknownCampaign);
  const mode = webhook.mode === null ? '' : `, ${words.modes[webhook.mode]}`;
  return (
    <Card withBorder padding="md" component="section">
      <Title order={2} size="h5" mb="sm">
        {words.title}
      </Title>
      <DataList labelWidth={110}>
        <DataList.Item>
          <DataList.ItemLabel>{words.id}</DataList.ItemLabel>
          <DataList.ItemValue miw={0}>
            <Copyable value={webhook.id} what={words.idWhat} />
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{words.url}</DataList.ItemLabel>
          <DataList.ItemValue miw={0}>
            <Copyable value={webhook.url} what={words.urlWhat} />
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{words.sentAs}</DataList.ItemLabel>
          <DataList.ItemValue>
            {words.request(webhook.method, format?.title ?? webhook.format)}
            {mode}
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{words.events}</DataList.ItemLabel>
          <DataList.ItemValue>
            {webhook.events.length === 0 ? words.everything : <Names names={webhook.events} />}
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{words.campaigns}</DataList.ItemLabel>
          <DataList.ItemValue>
            {webhook.campaigns.length === 0 ? (
              words.allCampaigns
            ) : (
              <Names names={webhook.campaigns.map(nameOf)} />
            )}
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{words.created}</DataList.ItemLabel>
          <DataList.ItemValue>
            <Moment at={webhook.created_at} />
          </DataList.ItemValue>
        </DataList.Item>
        <DataList.Item>
          <DataList.ItemLabel>{words.updated}</DataList.ItemLabel>
          <DataList.ItemValue>
            <Moment at={webhook.updated_at} />
          </DataList.ItemValue>
        </DataList.Item>
      </DataList>
    </Card>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
      {names.join(', ')}
    </Text>
  );
}
