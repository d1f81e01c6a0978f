import { describe, expect, it } from 'vitest';
import type { AttemptReport } from '../../src/delivery/index.ts';
import { newId } from '../../src/ids.ts';
import { createDeliveryLog, createLogger, type LogFormat, type LogLevel } from '../../src/observe/index.ts';

const report: AttemptReport = {
  deliveryId: newId('dlv'),
  eventId: newId('we'),
  eventType: 'task.completed',
  organizationId: newId('org'),
  webhookUid: newId('whk'),
  webhookId: 'whk_activity',
  webhookName: 'Activity hook',
  attempt: 1,
  resend: false,
  test: false,
  outcome: 'answered',
  status: 200,
  totalMs: 4.4,
  sinceAcceptedMs: 7.2,
  verdict: 'delivered',
  nextAttemptAt: null,
  message: null,
  detail: null,
};

function openLog(format: LogFormat, level: LogLevel = 'info', colours = false) {
  let written = '';
  let time = new Date(2026, 4, 1, 12, 30, 15).getTime();
  const write = (text: string) => {
    written += text;
  };
  const log = createDeliveryLog({
    log: createLogger({ level, format, colours, write }),
    format,
    colours,
    write,
    now: () => time,
  });
  return {
    log,
    pass: (ms: number) => {
      time += ms;
    },
    lines: () => {
      log.flush();
      return written.split('\n').filter((line) => line !== '');
    },
  };
}

describe('the live lines of deliveries', () => {
  it('show time, event, webhook, status and milliseconds', () => {
    const { log, lines } = openLog('pretty');
    log.attempted(report);
    expect(lines()).toEqual([
      `12:30:15  task.completed        → Activity hook               200                      4 ms`,
    ]);
  });

  it('stand in columns whatever the lengths', () => {
    const { log, lines } = openLog('pretty');
    log.attempted({ ...report, webhookName: 'A webhook with a name that is far too long for its column' });
    log.attempted({
      ...report,
      eventType: 'x',
      webhookName: 'é',
      totalMs: 15_000,
      status: 404,
      verdict: 'retry',
    });
    const [first, second] = lines();
    expect(first?.indexOf(' ms')).toBe(second?.indexOf(' ms'));
    expect(first?.indexOf('200')).toBe(second?.indexOf('404'));
  });

  it('say in words what failed and when it is tried next', () => {
    const { log, lines } = openLog('pretty');
    log.attempted({
      ...report,
      outcome: 'connection_refused',
      status: null,
      verdict: 'retry',
      nextAttemptAt: new Date(2026, 4, 1, 12, 30, 25),
    });
    expect(lines()[0]).toMatch(/connection refused +4 ms {2}next try 12:30:25$/);
  });

  it('say why a delivery was given up', () => {
    const { log, lines } = openLog('pretty');
    log.attempted({
      ...report,
      status: 500,
      attempt: 6,
      verdict: 'exhausted',
      message: 'The receiver answered 500.',
    });
    expect(lines()[0]).toMatch(/given up after attempt 6: The receiver answered 500\.$/);
  });

  it('carry no escape sequence from a name into the terminal', () => {
    const { log, lines } = openLog('pretty');
    log.attempted({ ...report, webhookName: '\u001b[2Jcle\nared\u0007' });
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).not.toContain('\u001b');
    expect(lines()[0]).not.toContain('\u0007');
  });

  it('are coloured only when asked', () => {
    const { log, lines } = openLog('pretty', 'info', true);
    log.attempted(report);
    expect(lines()[0]).toContain('\u001b[32m');
  });

  it('give way to a summary a second when there are too many to read', () => {
    const { log, lines, pass } = openLog('pretty');
    for (let i = 0; i < 1_274; i++)
      log.attempted(i % 400 === 50 ? { ...report, verdict: 'retry', status: 503 } : report);
    pass(1000);
    for (let i = 0; i < 500; i++) log.attempted(report);
    pass(1000);
    log.attempted(report);
    const shown = lines();
    expect(shown).toHaveLength(60 + 3);
    expect(shown[60]).toBe('12:30:15  … 1,211 delivered, 3 failed');
    expect(shown[61]).toBe('12:30:16  … 500 delivered');
    expect(shown[62]).toBe('12:30:17  … 1 delivered');
  });

  it('come back when it is quiet again', () => {
    const { log, lines, pass } = openLog('pretty');
    for (let i = 0; i < 100; i++) log.attempted(report);
    pass(1000);
    log.attempted(report);
    pass(1000);
    log.attempted(report);
    expect(lines().at(-1)).toContain('Activity hook');
  });
});

describe('the wide lines of deliveries', () => {
  it('hold every field of an attempt as one JSON object', () => {
    const { log, lines } = openLog('json');
    log.attempted(report);
    expect(lines().map((line) => JSON.parse(line))).toEqual([
      { level: 'info', time: new Date(2026, 4, 1, 12, 30, 15).toISOString(), msg: 'attempt', ...report },
    ]);
  });

  it('hold every field of an accepted event', () => {
    const { log, lines } = openLog('json');
    const accepted = {
      eventId: newId('we'),
      eventType: 'a.b',
      organizationId: newId('org'),
      test: false,
      deliveries: 3,
    };
    log.accepted(accepted);
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ msg: 'event', ...accepted });
  });

  it('mark a delivery that was given up as a warning', () => {
    const { log, lines } = openLog('json');
    log.attempted({ ...report, verdict: 'exhausted' });
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ level: 'warn' });
  });

  it('are not written below their level', () => {
    const { log, lines } = openLog('json', 'warn');
    log.attempted(report);
    expect(lines()).toEqual([]);
  });

  it('tell a trouble of ours with its step and error', () => {
    const { log, lines } = openLog('json', 'warn');
    log.troubled({ step: 'settle', error: new Error('the database went away') });
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      level: 'warn',
      step: 'settle',
      error: { message: 'the database went away' },
    });
  });
});
