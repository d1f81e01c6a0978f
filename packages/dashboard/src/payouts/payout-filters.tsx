import { Group, Select } from '@mantine/core';
import { payouts as text } from '#strings/payouts.ts';
import { states } from '#strings/states.ts';
import { useRead } from '../api/index.ts';
import { CampaignSelect, ParticipantSelect } from '../pickers/index.ts';
import { type PayoutFilter, payoutStates } from './search.ts';

const { filters } = text;

type Change = { readonly [Name in keyof PayoutFilter]: PayoutFilter[Name] | undefined };

export function PayoutFilters({
  search,
  onChange,
}: {
  readonly search: PayoutFilter;
  readonly onChange: (change: Change) => void;
}) {
  return (
    <Group gap="sm" align="flex-end" role="search" aria-label={filters.label}>
      <Select
        label={filters.state}
        placeholder={filters.anyState}
        data={payoutStates.map((state) => ({ value: state, label: states[state] }))}
        value={search.state ?? null}
        onChange={(name) => onChange({ state: payoutStates.find((state) => state === name) })}
        clearable
        flex="1 1 140px"
        maw={180}
      />
      <CampaignSelect
        placeholder={filters.anyCampaign}
        value={search.campaign ?? null}
        onChange={(id) => onChange({ campaign: id ?? undefined, reward: undefined })}
        clearable
        flex="1 1 180px"
        maw={260}
      />
      {search.campaign !== undefined && (
        <RewardSelect
          campaignId={search.campaign}
          value={search.reward ?? null}
          onChange={(id) => onChange({ reward: id ?? undefined })}
        />
      )}
      <ParticipantSelect
        placeholder={filters.anybody}
        value={search.participant ?? null}
        onChange={(id) => onChange({ participant: id ?? undefined })}
        clearable
        flex="1 1 200px"
        maw={280}
      />
    </Group>
  );
}

function RewardSelect({
  campaignId,
  value,
  onChange,
}: {
  readonly campaignId: string;
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}) {
  const rewards = useRead('/v1/campaigns/{id}/rewards', { path: { id: campaignId } });
  return (
    <Select
      label={filters.reward}
      placeholder={filters.anyReward}
      data={(rewards.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      clearable
      flex="1 1 160px"
      maw={240}
    />
  );
}
