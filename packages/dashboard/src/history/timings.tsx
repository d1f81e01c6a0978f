import type { Attempt } from '@fanfare/client';
import { Stack, Text } from '@mantine/core';
import { history } from '#strings/history.ts';
import { phasesOf } from './phases.ts';
import { preciseDuration } from './precise-duration.ts';
import classes from './timings.module.css';

const { attempt: text } = history;

/** The phases of an attempt below each other, each where it began. */
export function Timings({ timings, address }: Pick<Attempt, 'timings' | 'address'>) {
  const phases = phasesOf(timings);
  const reused = phases.length > 0 && phases.every(({ name }) => name === 'wait' || name === 'read');
  const notes = [reused && text.reused, address !== null && text.address(address)].filter(Boolean);
  return (
    <Stack gap="xs">
      <dl className={classes.grid}>
        {phases.map(({ name, ms, from, share }) => (
          <div key={name} className={classes.line}>
            <Text component="dt" size="sm">
              {text.phases[name]}
            </Text>
            <dd className={classes.measure}>
              <div className={classes.track} aria-hidden>
                <div
                  className={classes.bar}
                  data-phase={name}
                  style={{ left: `${from * 100}%`, width: `${share * 100}%` }}
                />
              </div>
              <Text size="sm" component="span" className={classes.ms}>
                {preciseDuration(ms)}
              </Text>
            </dd>
          </div>
        ))}
        <div className={classes.line}>
          <Text component="dt" size="sm" fw={600}>
            {text.phases.total}
          </Text>
          <Text component="dd" size="sm" fw={600} ta="right">
            {preciseDuration(timings.total_ms)}
          </Text>
        </div>
      </dl>
      {notes.length > 0 && (
        <Text size="xs" c="dimmed">
          {notes.join(' ')}
        </Text>
      )}
    </Stack>
  );
}
