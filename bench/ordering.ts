/**
 * What does it cost to send in order? The same events go to three webhooks of one pipeline, in turns: one that asks for
 * no order, one in the order of participants (a thousand of them), one in the order of the webhook, one request at a
 * time. The receiver answers at once.
 *
 * PostgreSQL runs with fsync on. Ratios are within one round.
 *
 *   npm run bench:ordering -- [--events 20000] [--rounds 3]
 */
import { parseArgs } from 'node:util';
import { machine } from './machine.ts';
import { startMeasuredReceiver } from './measured-receiver.ts';
import { median } from './percentile.ts';
import { startPipeline } from './pipeline.ts';
import { repeat } from './repeat.ts';
import { until } from './until.ts';

const { values: flags } = parseArgs({
  options: { events: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '3' } },
});
const events = Number(flags.events);
const rounds = Number(flags.rounds);
const callers = 512;

const orders = [
  { name: 'in any order', ordering: null, share: 1 },
  { name: 'by participant', ordering: { by: 'participant', on_failure: 'park' }, share: 1 },
  { name: 'by webhook', ordering: { by: 'webhook', on_failure: 'park' }, share: 0.25 },
] as const;

console.log(machine());
const receiver = await startMeasuredReceiver();
const pipeline = await startPipeline(
  receiver.url,
  orders.length,
  orders.map(({ ordering }) => ordering),
);
const rates = orders.map((): number[] => []);
try {
  for (let round = 1; round <= rounds; round++) {
    for (const [lane, { name, share }] of orders.entries()) {
      const count = Math.round(events * share);
      const start = performance.now();
      await repeat(count, callers, () => {
        const event = pipeline.event(lane);
        return pipeline.delivery.accept({
          organizationId: event.organization.id,
          events: [event],
          idempotency: null,
        });
      });
      await until(async () => (await pipeline.openDeliveries()) === 0, 20);
      const perSecond = (count * 1_000) / (performance.now() - start);
      rates[lane]?.push(perSecond);
      console.log(`  round ${round}  ${name.padEnd(14)} ${shown(perSecond)}/s`);
    }
  }
  console.log('\nmedians of the rounds, and their ratio to no order');
  const plain = median(rates[0] ?? []);
  for (const [lane, { name }] of orders.entries()) {
    const rate = median(rates[lane] ?? []);
    console.log(`${name.padEnd(14)} ${shown(rate)} deliveries/s  ${(rate / plain).toFixed(2)} ×`);
  }
} finally {
  await pipeline.stop();
  receiver.stop();
}

function shown(rate: number): string {
  return Math.round(rate).toLocaleString('en').padStart(7);
}
