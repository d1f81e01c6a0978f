import type { Participant } from '@fanfare/client';
import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { reading } from '../api/index.ts';
import { RowLink } from '../elements/index.ts';
import { participantName } from '../pickers/index.ts';

type Known = Pick<Participant, 'external_id' | 'first_name' | 'last_name'>;

/** What somebody is called by the little that lists tell of them. */
export function nameOf(id: string, known: Known): string {
  return participantName({ id, email: null, wallet: null, ...known });
}

/** Of a list that tells nothing but ids: looked up once for the whole page. */
function useParticipantName(id: string): string {
  const { data } = useQuery({
    ...reading('/v1/participants/{id}', { path: { id } }),
    staleTime: 5 * 60_000,
  });
  return data === undefined ? id : participantName(data);
}

interface ParticipantLinkProps {
  readonly id: string;
  /** Whether the whole row of the table follows the link. */
  readonly row?: boolean;
}

/** A link to somebody's page by their name. */
export function ParticipantLink({ id, row, known }: ParticipantLinkProps & { readonly known?: Known }) {
  return known === undefined ? (
    <LookedUp id={id} row={row ?? false} />
  ) : (
    <NamedLink id={id} row={row ?? false} name={nameOf(id, known)} />
  );
}

function LookedUp({ id, row }: { readonly id: string; readonly row: boolean }) {
  return <NamedLink id={id} row={row} name={useParticipantName(id)} />;
}

function NamedLink({ id, name, row }: { readonly id: string; readonly name: string; readonly row: boolean }) {
  const link = { to: '/participants/$participantId', params: { participantId: id } } as const;
  if (row) return <RowLink {...link}>{name}</RowLink>;
  return (
    <Anchor
      size="sm"
      style={{ overflowWrap: 'anywhere' }}
      renderRoot={(props) => <Link {...link} {...props} />}
    >
      {name}
    </Anchor>
  );
}
