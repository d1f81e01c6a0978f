import type { Delivery } from '@fanfare/client';
import { Button, Stack, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import { history as text } from '#strings/history.ts';
import { Nothing } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { deliveryColumns } from './delivery-columns.tsx';
import { DeliveryFilters } from './delivery-filters.tsx';
import { useDeliveryLog } from './delivery-log.ts';
import {
  type DeliveryQuery,
  type DeliverySearch,
  deliveryQuery,
  type FixedFilter,
  readDeliverySearch,
} from './delivery-search.ts';
import { LogList } from './log-list.tsx';
import type { LogColumn } from './log-table.tsx';
import { OpenResends } from './open-resends.tsx';
import { type ResendChoice, ResendDialog } from './resend-dialog.tsx';
import { useSearchPart } from './use-search.ts';
import { useSelection } from './use-selection.ts';

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
  const textField = useRef<HTMLInputElement>(null);

  const filtered = Object.keys(search).length > 0;
  return (
    <Stack gap="md">
      <OpenResends />
      <DeliveryFilters
        search={search}
        fixed={fixed}
        change={change}
        clear={() => change(noFilter)}
        textField={textField}
      />
      <Deliveries
        key={JSON.stringify(query)}
        query={query}
        columns={columns}
        textField={textField}
        empty={<NothingDelivered filtered={filtered} clear={() => change(noFilter)} />}
      />
    </Stack>
  );
}

/** The list for one filter, and what can be done with what it shows. */
function Deliveries({
  query,
  columns,
  textField,
  empty,
}: {
  readonly query: DeliveryQuery;
  readonly columns: readonly LogColumn<Delivery>[];
  readonly textField: RefObject<HTMLInputElement | null>;
  readonly empty: ReactNode;
}) {
  const log = useDeliveryLog(query);
  const navigate = useNavigate();
  const may = useMay('webhooks');
  const selection = useSelection(useCallback(() => (log.state().rows ?? []).map(idOf), [log]));
  const [choice, setChoice] = useState<ResendChoice | null>(null);
  const many = selection.ids.size;
  return (
    <>
      <LogList
        log={log}
        label={text.deliveries}
        columns={columns}
        idOf={idOf}
        nameOf={nameOf}
        hrefOf={hrefOf}
        open={({ id }) => void navigate({ to: '/history/$deliveryId', params: { deliveryId: id } })}
        {...(may && { selection })}
        textField={textField}
        minWidth={860}
        empty={empty}
        actions={
          may &&
          (many > 0 ? (
            <>
              <Text size="sm" role="status">
                {text.selected(many)}
              </Text>
              <Button size="xs" variant="subtle" color="gray" onClick={selection.clear}>
                {text.clearSelection}
              </Button>
              <Button size="xs" onClick={() => setChoice({ delivery_ids: [...selection.ids] })}>
                {text.resends.selectedAction}
              </Button>
            </>
          ) : (
            <Button size="xs" variant="default" onClick={() => setChoice({ filter: query })}>
              {text.resends.matchingAction}
            </Button>
          ))
        }
      />
      <ResendDialog choice={choice} close={() => setChoice(null)} started={selection.clear} />
    </>
  );
}

const hrefOf = ({ id }: Delivery) => `/history/${id}`;
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
