import type { EventData, EventType } from '../../catalog/index.ts';
import type { EventId, WebhookUid } from '../../ids.ts';
import { snapshotOf } from './snapshot.ts';
import type { Participation, TaskRules } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Writes down that something happened to somebody, with their counters as they stand at this moment and the next
 * number of their participation. Whoever gives points credits them first: the event that names its points, and the
 * `points.issued` that follows it, both show the total with them. Returns the event's id; `provider` is the webhook
 * that is asked to pay by it.
 */
export function tell<T extends EventType>(
  turn: Turn,
  about: Participation,
  type: T,
  data: EventData[T],
  provider: WebhookUid | null = null,
): EventId {
  const { campaign, intent } = turn;
  const participation = turn.edit(about);
  participation.seq += 1;
  const id = turn.newId('we');
  turn.events.push({
    participation,
    provider,
    event: {
      id,
      type,
      occurred_at: turn.occurredAt,
      trust: intent.trust,
      organization: campaign.organization,
      community: campaign.community,
      campaign: turn.campaignSnapshot,
      participant: snapshotOf(participation),
      seq: participation.seq,
      data: data as Readonly<Record<string, unknown>>,
    },
  });
  return id;
}

/** A person as the events of somebody else name them. */
export function mentionOf({ person }: Participation) {
  return { id: person.id, external_id: person.externalId };
}

/** A task as events show it. */
export function shownTask(task: TaskRules): EventData['task.completed']['task'] {
  return {
    id: task.id,
    name: task.name,
    type: task.type,
    // Checked as free-form JSON when the task was saved.
    meta: task.meta as EventData['task.completed']['task']['meta'],
  };
}
