import { Button } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { webhooks as text } from '#strings/webhooks.ts';
import { useChanged, useList, useRead } from '../../api/index.ts';
import { Nothing, Page, PagedTable } from '../../elements/index.ts';
import { useLive } from '../../live/index.ts';
import { useCampaigns } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { listColumns } from './list-columns.tsx';
import { ListFilters } from './list-filters.tsx';
import { useListedWebhooks } from './listed-webhook.ts';
import { webhookQuery } from './search.ts';

const route = getRouteApi('/signed-in/webhooks');

/** Every webhook with how it did in the last day. */
export function WebhookList() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const webhooks = useList('/v1/webhooks', { query: webhookQuery(search) });
  const formats = useRead('/v1/formats').data;
  const campaigns = useCampaigns().data;
  const changed = useChanged();
  useLive((message) => {
    if (message.kind === 'webhook') void changed('/v1/statistics/webhooks');
  });

  const columns = useMemo(
    () =>
      listColumns(
        new Map(formats?.data.map(({ name, title }) => [name, title])),
        new Map(campaigns?.map(({ id, name }) => [id, name])),
      ),
    [formats, campaigns],
  );
  const narrowed = Object.keys(search).length > 0;
  const { hasNextPage, isFetchingNextPage, isPlaceholderData } = webhooks;

  return (
    <Page title={text.title} description={text.description} actions={<CreateButton />}>
      {(narrowed || webhooks.rows?.length !== 0) && (
        <ListFilters
          search={search}
          onChange={(change) =>
            void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
          }
        />
      )}
      <PagedTable
        label={text.list.label}
        columns={columns}
        pages={webhooks.pages}
        useRows={useListedWebhooks}
        rowId={({ webhook }) => webhook.id}
        error={webhooks.error}
        again={() => void webhooks.refetch()}
        empty={narrowed ? <NothingMatches /> : <NoWebhooks />}
        more={{
          has: hasNextPage,
          loading: isFetchingNextPage || isPlaceholderData,
          load: () => void webhooks.fetchNextPage(),
        }}
      />
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
