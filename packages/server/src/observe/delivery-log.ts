import type { AttemptReport, DeliveryObserver } from '../delivery/index.ts';
import type { Log, LogFormat } from './logger.ts';
import { clockTime, column, createPalette, type Palette, printable } from './terminal.ts';

/** More lines a second than this and nobody can read them: a summary a second takes their place. */
const readableLinesPerSecond = 60;
const linesKeptWaiting = 64 * 1024;
const flushEveryMs = 50;

/**
 * Writes what happens to events: in `json` one wide line per event and per attempt, in `pretty` one short
 * line per attempt. Called on the hot path, so lines are gathered and written together; it keeps a timer
 * only while something is waiting to be written.
 */
export function createDeliveryLog(options: {
  readonly log: Log;
  readonly format: LogFormat;
  readonly colours: boolean;
  readonly write?: (text: string) => void;
  readonly now?: () => number;
}): DeliveryObserver & { flush(): void } {
  const { log } = options;
  const now = options.now ?? Date.now;
  const out = gather(options.write ?? ((text) => void process.stdout.write(text)));
  const silent = !log.isLevelEnabled('info');

  const troubled: DeliveryObserver['troubled'] = ({ step, error }) => {
    log.warn({ step, error }, `The step "${step}" failed and will be repeated`);
  };

  if (silent) return { accepted() {}, attempted() {}, troubled, flush: out.flush };

  if (options.format === 'json') {
    return {
      accepted: (report) => {
        const time = new Date(now()).toISOString();
        out.add(`${JSON.stringify({ level: 'info', time, msg: 'event', ...report })}\n`);
      },
      attempted: (report) => {
        const level = report.verdict === 'exhausted' || report.verdict === 'parked' ? 'warn' : 'info';
        const time = new Date(now()).toISOString();
        out.add(`${JSON.stringify({ level, time, msg: 'attempt', ...report })}\n`);
      },
      troubled,
      flush: out.flush,
    };
  }

  const live = liveLines({ palette: createPalette(options.colours), now, add: out.add });
  return {
    accepted() {},
    attempted: live.attempted,
    troubled,
    flush() {
      live.finish();
      out.flush();
    },
  };
}

/** Joins lines so that a busy second costs a few writes, not thousands. */
function gather(write: (text: string) => void): { add(line: string): void; flush(): void } {
  let waiting: string[] = [];
  let length = 0;
  let timer: NodeJS.Timeout | null = null;
  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const text = waiting.join('');
    waiting = [];
    length = 0;
    write(text);
  }
  return {
    add(line) {
      waiting.push(line);
      length += line.length;
      if (length >= linesKeptWaiting) flush();
      else timer ??= setTimeout(flush, flushEveryMs).unref();
    },
    flush,
  };
}

function liveLines(parts: {
  readonly palette: Palette;
  readonly now: () => number;
  readonly add: (line: string) => void;
}) {
  const { palette, now, add } = parts;
  let second = 0;
  let inThisSecond = 0;
  let summarising = false;
  let delivered = 0;
  let failed = 0;
  let timer: NodeJS.Timeout | null = null;

  function summarise(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (delivered + failed === 0) return;
    const words = [`${delivered.toLocaleString('en')} delivered`];
    if (failed > 0) words.push(palette.red(`${failed.toLocaleString('en')} failed`));
    add(`${palette.dim(clockTime(new Date(second * 1000)))}  … ${words.join(', ')}\n`);
    delivered = 0;
    failed = 0;
  }

  function beginSecond(at: number): void {
    summarise();
    const wasBusy = inThisSecond > readableLinesPerSecond && at === second + 1;
    second = at;
    inThisSecond = 0;
    summarising = wasBusy;
  }

  return {
    attempted(report: AttemptReport): void {
      const time = now();
      const at = Math.floor(time / 1000);
      if (at !== second) beginSecond(at);
      inThisSecond += 1;
      if (inThisSecond > readableLinesPerSecond) summarising = true;
      if (!summarising) {
        add(attemptLine(report, new Date(time), palette));
        return;
      }
      if (report.verdict === 'delivered') delivered += 1;
      else failed += 1;
      timer ??= setTimeout(summarise, 1000).unref();
    },
    finish: summarise,
  };
}

/** time, event type, webhook, status or failure in words, milliseconds, what happens next. */
function attemptLine(report: AttemptReport, at: Date, palette: Palette): string {
  const good = report.verdict === 'delivered';
  const result = report.status === null ? report.outcome.replaceAll('_', ' ') : String(report.status);
  const paintResult = good ? palette.green : report.verdict === 'exhausted' ? palette.red : palette.yellow;
  const duration = `${Math.round(report.totalMs).toLocaleString('en')} ms`.padStart(9);
  return `${[
    palette.dim(clockTime(at)),
    column(report.eventType, 20),
    `${palette.dim('→')} ${palette.cyan(column(report.webhookName, 26))}`,
    paintResult(column(result, 18)),
    good ? palette.dim(duration) : duration,
    good ? repeated(report, palette) : next(report, palette),
  ]
    .join('  ')
    .trimEnd()}\n`;
}

function repeated(report: AttemptReport, palette: Palette): string {
  if (report.resend) return palette.dim('resent by hand');
  return report.attempt > 1 ? palette.dim(`attempt ${report.attempt}`) : '';
}

function next(report: AttemptReport, palette: Palette): string {
  switch (report.verdict) {
    case 'retry':
      return report.nextAttemptAt === null ? 'retries later' : `next try ${clockTime(report.nextAttemptAt)}`;
    case 'exhausted':
      return palette.red(
        `given up after attempt ${report.attempt}${report.message ? `: ${printable(report.message)}` : ''}`,
      );
    case 'parked':
      return palette.red(
        `parked after attempt ${report.attempt}${report.message ? `: ${printable(report.message)}` : ''}`,
      );
    case 'released':
      return 'given back';
    case 'delivered':
      return '';
  }
}
