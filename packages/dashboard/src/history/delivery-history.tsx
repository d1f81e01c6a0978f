import type { Delivery } from '@fanfare/client';
import { Button, Stack } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { history as text } from '#strings/history.ts';
import { Nothing } from '../elements/index.ts';
import { deliveryColumns } from './delivery-columns.tsx';
import { DeliveryFilters } from './delivery-filters.tsx';
import { useDeliveryLog } from './delivery-log.ts';
import {
  type DeliverySearch,
  deliveryQuery,
  type FixedFilter,
  readDeliverySearch,
} from './delivery-search.ts';
import { LogList } from './log-list.tsx';
import { useSearchPart } from './use-search.ts';

export interface DeliveryHistoryProps {
  /** What all of them have in common, on the page of a webhook for instance; it cannot be chosen there. */
  readonly fixed?: FixedFilter;
}

const everything: FixedFilter = {};
const noFilter: DeliverySearch = {
  state: undefined,
  type: undefined,
  webhook: undefined,
  campaign: undefined,
  participant: undefined,
  event: undefined,
  status: undefined,
  failure: undefined,
  error: undefined,
  since: undefined,
  until: undefined,
};

/** Deliveries with filters, as they come. The filters stand in the address of whatever page this is on. */
export function DeliveryHistory({ fixed = everything }: DeliveryHistoryProps) {
  const { webhookId, campaignId, participantId, eventId } = fixed;
  const [search, change] = useSearchPart(readDeliverySearch);
  const query = useMemo(
    () => deliveryQuery(search, { webhookId, campaignId, participantId, eventId }),
    [search, webhookId, campaignId, participantId, eventId],
  );
  const columns = useMemo(
    () => deliveryColumns({ webhookId, campaignId, participantId, eventId }),
    [webhookId, campaignId, participantId, eventId],
  );
  const log = useDeliveryLog(query);
  const navigate = useNavigate();
  const textField = useRef<HTMLInputElement>(null);

  return (
    <Stack gap="md">
      <DeliveryFilters
        search={search}
        fixed={fixed}
        change={change}
        clear={() => change(noFilter)}
        textField={textField}
      />
      <LogList
        key={JSON.stringify(query)}
        log={log}
        label={text.deliveries}
        columns={columns}
        idOf={idOf}
        nameOf={nameOf}
        open={({ id }) => void navigate({ to: '/history/$deliveryId', params: { deliveryId: id } })}
        textField={textField}
        minWidth={860}
        empty={<NothingDelivered filtered={Object.keys(search).length > 0} clear={() => change(noFilter)} />}
      />
    </Stack>
  );
}

const idOf = ({ id }: Delivery) => id;
const nameOf = ({ event, webhook }: Delivery) => text.rowName(event.type ?? event.id, webhook.name);

function NothingDelivered({ filtered, clear }: { readonly filtered: boolean; readonly clear: () => void }) {
  if (filtered) {
    return (
      <Nothing
        icon={<IconHistory />}
        title={text.nothing.noMatch}
        description={text.nothing.noMatchDetail}
        action={
          <Button variant="default" onClick={clear}>
            {text.filters.clear}
          </Button>
        }
      />
    );
  }
  return (
    <Nothing
      icon={<IconHistory />}
      title={text.nothing.none}
      description={text.nothing.noneDetail}
      action={
        <Button component={Link} to="/webhooks" variant="default">
          {text.nothing.noneAction}
        </Button>
      }
    />
  );
}
