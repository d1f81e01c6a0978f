import { Button, Text } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { webhooks as text } from '#strings/webhooks.ts';
import { useRead } from '../../api/index.ts';
import { count, DataTable, Nothing, Page } from '../../elements/index.ts';
import { useCampaigns, useWebhooks } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { useConcerns } from '../webhook.ts';
import { listColumns } from './list-columns.tsx';
import { ListFilters } from './list-filters.tsx';
import { isMatch } from './search.ts';
import { mostListed, useSummaries } from './summaries.ts';

const route = getRouteApi('/signed-in/webhooks');
const pageSize = 50;

/** Every webhook with how it did in the last day. */
export function WebhookList() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const webhooks = useWebhooks();
  const summaries = useSummaries();
  const concerns = useConcerns();
  const formats = useRead('/v1/formats').data;
  const campaigns = useCampaigns().data;
  const [most, setMost] = useState(pageSize);

  const columns = useMemo(
    () =>
      listColumns(
        new Map(formats?.data.map(({ name, title }) => [name, title])),
        new Map(campaigns?.map(({ id, name }) => [id, name])),
      ),
    [formats, campaigns],
  );
  const matching = useMemo(
    () =>
      webhooks.data
        ?.map((webhook) => ({
          webhook,
          summary: summaries?.get(webhook.id) ?? null,
          concern: concerns.find(({ webhook_id }) => webhook_id === webhook.id)?.kind ?? null,
        }))
        .filter((listed) => isMatch(listed, search)),
    [webhooks.data, summaries, concerns, search],
  );
  const narrowed = Object.keys(search).length > 0;

  return (
    <Page title={text.title} description={text.description} actions={<CreateButton />}>
      {(narrowed || webhooks.data?.length !== 0) && (
        <ListFilters
          search={search}
          onChange={(change) =>
            void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
          }
        />
      )}
      <DataTable
        label={text.list.label}
        columns={columns}
        rows={matching?.slice(0, most)}
        rowId={({ webhook }) => webhook.id}
        error={webhooks.error}
        again={() => void webhooks.refetch()}
        empty={narrowed ? <NothingMatches /> : <NoWebhooks />}
        more={{
          has: matching !== undefined && matching.length > most,
          loading: false,
          load: () => setMost((before) => before + pageSize),
        }}
      />
      {webhooks.data?.length === mostListed && (
        <Text size="sm" c="dimmed">
          {text.list.truncated(count(mostListed))}
        </Text>
      )}
    </Page>
  );
}

function CreateButton() {
  if (!useMay('webhooks')) return null;
  return (
    <Button
      leftSection={<IconPlus size={16} />}
      renderRoot={(props) => <Link to="/webhooks/new" {...props} />}
    >
      {text.create}
    </Button>
  );
}

function NoWebhooks() {
  const may = useMay('webhooks');
  const { title, description, readOnly } = text.list.empty;
  return (
    <Nothing
      title={title}
      description={may ? description : `${description} ${readOnly}`}
      icon={<IconWebhook />}
      action={<CreateButton />}
    />
  );
}

function NothingMatches() {
  const { title, description, action } = text.list.nothingMatches;
  return (
    <Nothing
      title={title}
      description={description}
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/webhooks" search={{}} {...props} />}>
          {action}
        </Button>
      }
    />
  );
}
