import { auditLog as text } from '#strings/audit-log.ts';
import { useRead } from '../api/index.ts';

const mostShown = 250;

/** Whom entries may be of. Who has left, and what was revoked, is there once it is asked for, by its id. */
export function useActors(chosen: string | null) {
  const members = useRead('/v1/members', { query: { limit: mostShown } });
  const tokens = useRead('/v1/tokens', { query: { limit: mostShown } });
  const people = (members.data?.data ?? []).map(({ person_id, name, email }) => ({
    value: person_id,
    label: `${name} (${email})`,
  }));
  const keys = (tokens.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const known = [...people, ...keys].some(({ value }) => value === chosen);
  const others: { value: string; label: string }[] = [{ value: 'operator', label: text.actors.operator }];
  if (chosen !== null && chosen !== 'operator' && !known) others.push({ value: chosen, label: chosen });
  return [
    { group: text.filters.people, items: people },
    { group: text.filters.tokens, items: keys },
    { group: text.filters.others, items: others },
  ];
}
