import { describe, expect, it } from 'vitest';
import { parseSeasonOptions, type SeasonOptions } from '../../src/demo/options.ts';

function options(...args: readonly string[]): SeasonOptions {
  const parsed = parseSeasonOptions(args);
  if (parsed.kind !== 'options') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

function faults(...args: readonly string[]): readonly string[] {
  const parsed = parseSeasonOptions(args);
  return parsed.kind === 'faults' ? parsed.faults : [];
}

describe('the options of a season', () => {
  it('are those of a node on this machine when none is given', () => {
    expect(options()).toEqual({
      origin: 'http://127.0.0.1:7070',
      token: { file: '.fanfare/api-token' },
      participants: 100,
      campaigns: 1,
      seed: 7,
      perSecond: 50,
      durationMs: null,
      lanes: 32,
      withWebhooks: true,
      verify: false,
    });
  });

  it('set the pace by person, in all, or not at all', () => {
    expect(options('--participants', '1000', '--speed', '0.5').perSecond).toBe(250);
    expect(options('--participants', '1000', '--rate=70.5').perSecond).toBe(70.5);
    expect(options('--as-fast-as-possible').perSecond).toBeNull();
  });

  it('take an address with a slash at the end, and a token instead of its file', () => {
    const given = options(
      '--origin',
      'https://fanfare.example:8443/',
      '--token',
      'fan_x',
      '--duration',
      '1.5',
    );
    expect(given).toMatchObject({
      origin: 'https://fanfare.example:8443',
      token: { text: 'fan_x' },
      durationMs: 1_500,
    });
  });

  it('are refused all at once, each with what was found and what was expected', () => {
    expect(
      faults(
        '--participants=0',
        '--seed',
        '-1',
        '--campaigns=2.5',
        '--rate=1e3',
        '--speed=2',
        '--verify=yes',
        '--fast',
        '--token=a',
        '--token-file=b',
        '--duration=1',
        '--duration=2',
        '--origin=127.0.0.1:7070',
        'now',
        '--lanes',
        '--without-webhooks',
      ),
    ).toEqual([
      '--verify: found "yes", expected no value',
      '--fast: there is no such option',
      '--duration: found twice, expected once',
      'Found "now", expected options only',
      '--lanes: found the option --without-webhooks behind it, expected a value',
      '--participants: found "0", expected a whole number from 1 to 10000000',
      '--campaigns: found "2.5", expected a whole number from 1 to 100',
      '--seed: found "-1", expected a whole number from 0 to 4294967295',
      '--rate: found "1e3", expected a number from 0.01 to 1000000',
      '--speed and --rate: expected one pace, not several',
      '--token and --token-file: expected one token, not several',
      '--origin: found "127.0.0.1:7070", expected where Fanfare listens, such as http://127.0.0.1:7070',
    ]);
  });

  it('refuse an address with a path, a query or a password', () => {
    for (const origin of ['http://a/b', 'http://a/?b', 'http://u:p@a', 'ftp://a', 'a']) {
      expect(faults('--origin', origin), origin).toHaveLength(1);
    }
  });

  it('are refused without a value at their end', () => {
    expect(faults('--seed')).toEqual(['--seed: found no value, expected one behind it']);
    expect(faults('--token=')).toEqual(['--token: found no value, expected one behind it']);
  });

  it('give the help whatever else is wrong', () => {
    expect(parseSeasonOptions(['--nonsense', '-h'])).toEqual({ kind: 'help' });
  });
});
