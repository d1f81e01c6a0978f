import type { Ref } from 'react';
import { history } from '#strings/history.ts';
import { CampaignSelect, EventTypeSelect, ParticipantSelect, WebhookSelect } from '../pickers/index.ts';
import type { DeliverySearch } from './delivery-search.ts';
import { TimeField } from './time-field.tsx';

const { filters } = history;

interface SearchFieldProps<Name extends keyof DeliverySearch> {
  readonly search: Pick<DeliverySearch, Name>;
  readonly change: (change: Pick<DeliverySearch, Name>) => void;
}

const shared = { placeholder: filters.any, clearable: true } as const;

export function EventTypeField({
  search,
  change,
  field,
}: SearchFieldProps<'type'> & { readonly field?: Ref<HTMLInputElement> }) {
  return (
    <EventTypeSelect
      {...shared}
      {...(field !== undefined && { ref: field })}
      value={search.type ?? null}
      onChange={(type) => change({ type: type ?? undefined })}
    />
  );
}

export function WebhookField({ search, change }: SearchFieldProps<'webhook'>) {
  return (
    <WebhookSelect
      {...shared}
      value={search.webhook ?? null}
      onChange={(webhook) => change({ webhook: webhook ?? undefined })}
    />
  );
}

export function CampaignField({ search, change }: SearchFieldProps<'campaign'>) {
  return (
    <CampaignSelect
      {...shared}
      value={search.campaign ?? null}
      onChange={(campaign) => change({ campaign: campaign ?? undefined })}
    />
  );
}

export function ParticipantField({ search, change }: SearchFieldProps<'participant'>) {
  return (
    <ParticipantSelect
      {...shared}
      value={search.participant ?? null}
      onChange={(participant) => change({ participant: participant ?? undefined })}
    />
  );
}

export function RangeFields({ search, change }: SearchFieldProps<'since' | 'until'>) {
  return (
    <>
      <TimeField
        label={filters.since}
        placeholder={filters.any}
        value={search.since ?? null}
        onChange={(since) => change({ since: since ?? undefined })}
      />
      <TimeField
        label={filters.until}
        placeholder={filters.any}
        value={search.until ?? null}
        onChange={(until) => change({ until: until ?? undefined })}
      />
    </>
  );
}
