import { Box, Text, Tooltip } from '@mantine/core';
import { webhooks as text } from '#strings/webhooks.ts';
import { Sparkline } from '../../charts/index.ts';
import { type Column, count, Moment, none, RowLink, StateBadge, share } from '../../elements/index.ts';
import { type ListedWebhook, stateOf } from './listed-webhook.ts';

const { columns, ...list } = text.list;

/** What stands in the list of webhooks; `formats` and `campaigns` are names by id. */
export function listColumns(
  formats: ReadonlyMap<string, string>,
  campaigns: ReadonlyMap<string, string>,
): readonly Column<ListedWebhook>[] {
  return [
    {
      id: 'name',
      header: columns.name,
      cell: ({ webhook }) => (
        <RowLink to="/webhooks/$webhookId" params={{ webhookId: webhook.id }}>
          {webhook.name}
        </RowLink>
      ),
    },
    { id: 'state', header: columns.state, cell: (row) => <StateBadge state={stateOf(row)} /> },
    { id: 'health', header: columns.health, cell: Health },
    {
      id: 'rate',
      header: columns.rate,
      cell: ({ summary }) => (summary === null ? none : share(summary.success_rate)),
      align: 'right',
    },
    {
      id: 'format',
      header: columns.format,
      cell: ({ webhook }) => formats.get(webhook.format) ?? webhook.format,
    },
    {
      id: 'events',
      header: columns.events,
      cell: ({ webhook }) => <Named names={webhook.events} />,
      wide: true,
    },
    {
      id: 'campaigns',
      header: columns.campaigns,
      cell: ({ webhook }) => (
        <Named names={webhook.campaigns.map((id) => campaigns.get(id) ?? list.unknownCampaign)} />
      ),
      wide: true,
    },
    {
      id: 'last',
      header: columns.last,
      cell: ({ summary }) => (summary === null ? none : <Moment at={summary.last_delivery_at} />),
    },
  ];
}

const sparklineHeight = 26;

function Health({ summary }: ListedWebhook) {
  // As high as what comes, so that nothing moves when it does.
  if (summary === null) return <Box h={sparklineHeight} />;
  const label =
    summary.attempts === 0
      ? list.quiet
      : list.sparkline(share(summary.success_rate), count(summary.attempts));
  return (
    <Box h={sparklineHeight}>
      <Sparkline
        label={label}
        width={76}
        height={sparklineHeight}
        values={summary.sparkline.map(({ attempts, acknowledged }) => ({
          good: acknowledged,
          bad: attempts - acknowledged,
        }))}
      />
    </Box>
  );
}

/** The first of the names, and how many more there are; all of them on hover. None stands for all there are. */
function Named({ names }: { readonly names: readonly string[] }) {
  const [first, ...more] = names;
  if (first === undefined)
    return (
      <Text size="sm" c="dimmed" component="span">
        {list.all}
      </Text>
    );
  const shown = (
    <Text size="sm" component="div" truncate maw={112}>
      {more.length === 0 ? first : list.andMore(first, more.length)}
    </Text>
  );
  if (more.length === 0) return shown;
  return (
    <Tooltip label={names.join(', ')} multiline maw={360} withArrow>
      {shown}
    </Tooltip>
  );
}
