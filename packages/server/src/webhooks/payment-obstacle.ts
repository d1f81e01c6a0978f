import type { Webhook } from './webhook.ts';

/** Why this webhook cannot be asked to pay now, in words for those who asked; null: it can. */
export function paymentObstacle(webhook: Webhook | undefined, testParticipant: boolean): string | null {
  if (webhook === undefined) {
    return 'The webhook that pays this reward was deleted. Name another one in the settings of the reward.';
  }
  const name = `The webhook "${webhook.name}", which pays this reward,`;
  if (webhook.status === 'disabled') {
    return `${name} is disabled: ${webhook.disabledReason ?? 'no reason was recorded.'} Set its status to active, then ask again.`;
  }
  if (webhook.status !== 'active') return `${name} is inactive. Set its status to active, then ask again.`;
  if (testParticipant && !webhook.includeTestParticipants) {
    return `${name} does not include test participants, and this is one. No money moves for them unless it does.`;
  }
  return null;
}
