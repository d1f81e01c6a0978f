/** Reward's own example, as a caller publishes it. */
export const triggerFired = {
  type: 'trigger.fired',
  participant: { external_id: 'ca9bb5c2-25a6-43e9-972e-862d28241a47', total_points: 120 },
  data: { trigger: { id: 'successful_payment' }, value: 2.99 },
};

export function triggerFiredBy(externalId: string, more: Readonly<Record<string, unknown>> = {}) {
  return { ...triggerFired, participant: { external_id: externalId }, ...more };
}
