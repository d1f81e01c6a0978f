import { type IdPrefix, idPrefixes, parseId, uuidOf } from '../../src/ids.ts';

/** The UUID behind an id that the API gave, for a look into the database. */
export function uuidIn(text: string): string {
  const [prefix] = text.split('_');
  const known: IdPrefix | undefined = Object.values(idPrefixes).find((one) => one === prefix);
  const id = known === undefined ? null : parseId(known, text);
  if (id === null) throw new Error(`"${text}" is no id`);
  return uuidOf(id);
}
