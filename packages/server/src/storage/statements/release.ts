import type { DeliveryId, Uuid } from '../../ids.ts';
import { boolArray, idArray, int8Array, uuidArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

/** What a holder gives back untried: `delayMs` from now anybody may claim it. */
export interface ReleasedRow {
  readonly deliveryId: DeliveryId;
  readonly extra: boolean;
  readonly lease: Uuid;
  readonly delayMs: number;
}

export async function writeReleased(queryable: Queryable, rows: readonly ReleasedRow[]): Promise<void> {
  await queryable.query({
    name: 'release',
    text: `update open_deliveries o
              set lease = null, due_at = now() + ($4::int8[])[array_position($1::uuid[], o.id)] * interval '1 millisecond'
            where o.id = any ($1::uuid[]) and o.extra = any ($2::bool[]) and o.lease = any ($3::uuid[])`,
    values: [
      idArray(rows.map((row) => row.deliveryId)),
      boolArray(rows.map((row) => row.extra)),
      uuidArray(rows.map((row) => row.lease)),
      int8Array(rows.map((row) => row.delayMs)),
    ],
  });
}

/**
 * Frees every lease there is. Only for a process that knows it is alone on the database, at its start: whoever held
 * them is dead, and waiting for the leases to end would delay what was under way for nothing. Returns how many.
 */
export async function releaseEveryLease(queryable: Queryable): Promise<number> {
  const result = await queryable.query({
    text: 'update open_deliveries set lease = null, due_at = now() where lease is not null',
  });
  return result.rowCount ?? 0;
}
