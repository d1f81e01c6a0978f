/**
 * Does memory stay flat under load? Saturates a Fanfare process over HTTP, one event per request, and samples its
 * resident memory every second.
 *
 *   npm run bench:memory -- [--minutes 10]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startFanfareProcess } from './fanfare-process.ts';
import { machine } from './machine.ts';
import { startMeasuredReceiver } from './measured-receiver.ts';
import { median } from './percentile.ts';

const { values: flags } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const minutes = Number(flags.minutes);

console.log(machine());
const receiver = await startMeasuredReceiver();
const fanfare = await startFanfareProcess(receiver.url, 8);
let measuring = true;
const sampling = (async () => {
  for (let minute = 1; measuring; minute++) {
    const samples: number[] = [];
    while (measuring && samples.length < 60) {
      samples.push(fanfare.residentMiB);
      await sleep(1_000);
    }
    console.log(
      `minute ${String(minute).padStart(2)}  resident memory: median ${median(samples).toFixed(0)} MiB, highest ${Math.max(...samples).toFixed(0)} MiB`,
    );
  }
})();
const { perSecond } = await fanfare.saturate(minutes * 60);
measuring = false;
await sampling;
const { received } = await receiver.report();
console.log(
  `${Math.round(perSecond).toLocaleString('en')} events/s over ${minutes} minutes; ${received.toLocaleString('en')} requests received`,
);
await fanfare.stop();
receiver.stop();
