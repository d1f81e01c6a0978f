import type { RewardTotal } from '@fanfare/client';
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { useRead } from '../api/index.ts';
import { type Column, DataTable, Nothing, none } from '../elements/index.ts';

const text = campaignTabs.overview;
const states = ['claimable', 'requested', 'paid', 'revoked'] as const;
type State = (typeof states)[number];

interface Line {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly byState: Partial<Record<State, RewardTotal>>;
}

/** What was earned of each reward, one a line, in exact amounts. */
export function RewardTotals({ campaignId }: { readonly campaignId: string }) {
  const { data, error, refetch } = useRead('/v1/campaigns/{id}/reward-totals', { path: { id: campaignId } });
  const rows = useMemo(() => data && linesOf(data.data), [data]);
  return (
    <DataTable
      label={text.rewardsLabel}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      error={error}
      again={() => void refetch()}
      empty={<Nothing title={text.noRewards.title} description={text.noRewards.description} />}
    />
  );
}

function linesOf(totals: readonly RewardTotal[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const total of totals) {
    const { reward_id: id, reward_name: name, unit, state } = total;
    const line = lines.get(id) ?? { id, name, unit, byState: {} };
    line.byState[state] = total;
    lines.set(id, line);
  }
  return [...lines.values()];
}

const columns: readonly Column<Line>[] = [
  { id: 'reward', header: text.reward, cell: ({ name }) => name },
  ...states.map(
    (state): Column<Line> => ({
      id: state,
      header: text.states[state],
      align: 'right',
      cell: ({ unit, byState }) => <Amount total={byState[state]} unit={unit} />,
      wide: state === 'revoked',
    }),
  ),
];

function Amount({ total, unit }: { readonly total: RewardTotal | undefined; readonly unit: string }) {
  if (total === undefined) return none;
  return (
    <div style={{ textAlign: 'right' }}>
      <span style={{ fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }}>
        {total.amount} {unit}
      </span>
      <Text size="xs" c="dimmed">
        {text.earned(total.earnings)}
      </Text>
    </div>
  );
}
