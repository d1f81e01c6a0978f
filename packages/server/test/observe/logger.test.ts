import { describe, expect, it } from 'vitest';
import { createLogger, type LogFormat } from '../../src/observe/index.ts';

function openLog(format: LogFormat) {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format, colours: false, write: (line) => lines.push(line) });
  return { log, lines };
}

describe('the log', () => {
  it.each([
    'authorization',
    'cookie',
    'secret',
    'token',
    'password',
    'connectionString',
    'encryptionKey',
  ])('never shows what is under "%s"', (name) => {
    for (const format of ['json', 'pretty'] as const) {
      const { log, lines } = openLog(format);
      log.info({ [name]: 'hunter2', inner: { [name]: 'hunter2', deeper: { [name]: 'hunter2' } } }, 'a line');
      expect(lines.join()).not.toContain('hunter2');
      expect(lines.join()).toContain('(redacted)');
    }
  });

  it('never shows the values of headers', () => {
    const { log, lines } = openLog('json');
    log.info(
      { headers: { 'x-api-key': 'hunter2' }, request: { headers: { 'x-api-key': 'hunter2' } } },
      'a line',
    );
    expect(lines.join()).not.toContain('hunter2');
  });

  it('writes an error with its stack for people', () => {
    const { log, lines } = openLog('pretty');
    log.error({ error: new Error('no room left') }, 'Upkeep failed');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}error {2}Upkeep failed\n {10}Error: no room left\n/);
  });

  it('writes details behind the message for people', () => {
    const { log, lines } = openLog('pretty');
    log.warn({ task: 'retention', days: 30 }, 'Slow');
    expect(lines[0]).toMatch(/warn {3}Slow {2}task=retention days=30\n$/);
  });

  it('keeps a message from outside on one line', () => {
    const { log, lines } = openLog('pretty');
    log.info({ name: 'a\n\u001b[31mb' }, 'two\nlines');
    expect(lines[0]?.split('\n')).toHaveLength(2);
    expect(lines[0]).not.toContain('\u001b');
  });
});
