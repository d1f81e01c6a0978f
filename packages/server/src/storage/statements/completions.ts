import type { ParticipantId, TaskId, Uuid } from '../../ids.ts';
import { idArray, textArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

/** A period in which somebody completed a task. */
export interface CompletionKey {
  readonly subjectId: TaskId;
  readonly participantId: ParticipantId;
  readonly period: string;
}

/** The completions of these periods that stand, each by the place of its key. Uses the index `completions_once`. */
export async function findCompletions(
  transaction: Queryable,
  keys: readonly CompletionKey[],
): Promise<ReadonlyMap<number, { readonly id: Uuid; readonly points: string }>> {
  const result = await transaction.query<{ n: string; id: Uuid; points: string }>({
    name: 'find_completions',
    text: `select k.n, c.id, c.points::text
             from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality
                  as k (subject_id, participant_id, period, n)
            cross join lateral (
              select * from completions l
               where l.subject_id = k.subject_id and l.participant_id = k.participant_id
                 and l.period = k.period and l.revoked_at is null limit 1) c`,
    values: [
      idArray(keys.map((key) => key.subjectId)),
      idArray(keys.map((key) => key.participantId)),
      textArray(keys.map((key) => key.period)),
    ],
  });
  return new Map(result.rows.map(({ n, id, points }) => [Number(n) - 1, { id, points }]));
}
