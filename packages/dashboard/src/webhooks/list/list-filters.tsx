import { Box, Group, Select } from '@mantine/core';
import { states } from '#strings/states.ts';
import { webhooks as text } from '#strings/webhooks.ts';
import { useRead } from '../../api/index.ts';
import { SearchField } from '../../elements/index.ts';
import { CampaignSelect, useEventTypes } from '../../pickers/index.ts';
import { type ListSearch, webhookStates } from './search.ts';

export function ListFilters({
  search,
  onChange,
}: {
  readonly search: ListSearch;
  readonly onChange: (
    change: {
      readonly [Name in keyof ListSearch]: ListSearch[Name] | undefined;
    },
  ) => void;
}) {
  const formats = useRead('/v1/formats').data?.data ?? [];
  const types = useEventTypes().data ?? [];
  const { filters } = text;
  return (
    <Group gap="sm" align="flex-end">
      <Box flex="1 1 240px" maw={{ sm: 360 }}>
        <SearchField placeholder={filters.searchHint} value={search.q} onChange={(q) => onChange({ q })} />
      </Box>
      <Select
        label={filters.format}
        placeholder={filters.anyFormat}
        data={formats.map(({ name, title }) => ({ value: name, label: title }))}
        value={search.format ?? null}
        onChange={(name) => onChange({ format: formats.find((format) => format.name === name)?.name })}
        clearable
        flex="1 1 140px"
        maw={190}
      />
      <Select
        label={filters.state}
        placeholder={filters.anyState}
        data={webhookStates.map((state) => ({ value: state, label: states[state] }))}
        value={search.state ?? null}
        onChange={(name) => onChange({ state: webhookStates.find((state) => state === name) })}
        clearable
        flex="1 1 130px"
        maw={160}
      />
      <Select
        label={filters.event}
        placeholder={filters.anyEvent}
        data={[
          { group: filters.eventTypes, items: types.map(({ type }) => type) },
          { group: filters.scopes, items: formats.flatMap(({ scopes }) => scopes) },
        ]}
        value={search.event ?? null}
        onChange={(event) => onChange({ event: event ?? undefined })}
        searchable
        clearable
        flex="1 1 170px"
        maw={220}
      />
      <CampaignSelect
        placeholder={filters.anyCampaign}
        value={search.campaign ?? null}
        onChange={(campaign) => onChange({ campaign: campaign ?? undefined })}
        clearable
        flex="1 1 150px"
        maw={220}
      />
    </Group>
  );
}
