import { jumpUnderLoad } from './clocks.ts';
import { findFaketime } from './faketime.ts';
import { killWhileMigrating } from './migrations.ts';
import { buildOldVersion } from './old-version.ts';
import type { Trial } from './trial.ts';
import { newerMigratesBeside, upgradeNodes } from './upgrades.ts';
import { statements } from './verdicts.ts';

/** What was tried beside the kills, for the report. */
export interface Tried {
  readonly what: string;
  /** What was done, in figures; or why it could not be tried. */
  readonly detail: string;
  readonly evidence: readonly string[];
  /** It could not be tried on this machine. */
  readonly obstacle: boolean;
}

interface Parts {
  readonly seed: number;
  readonly say: (line: string) => void;
}

const killedStarts = 10;

/** Clocks that jump, starts that are killed while they migrate, and upgrades, one after the other. */
export async function tryEverythingElse(parts: Parts): Promise<readonly Tried[]> {
  return [...(await tryClocks(parts)), await tryMigrations(parts), ...(await tryUpgrades(parts))];
}

async function tryClocks({ seed, say }: Parts): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  const faketime = findFaketime();
  for (const clock of ['both', 'Fanfare', 'PostgreSQL'] as const) {
    const whose = clock === 'both' ? 'of Fanfare and of PostgreSQL' : `of ${clock} alone`;
    const what = `Under load, the clock ${whose} jumps by a day, ahead, back, back and ahead: every statement holds.`;
    if ('obstacle' in faketime) {
      say(`NOT TRIED: ${what} ${faketime.obstacle}`);
      tried.push({ what, detail: faketime.obstacle, evidence: [], obstacle: true });
    } else {
      tried.push(found(what, await jumpUnderLoad({ clock, faketime: faketime.path, seed, say })));
    }
  }
  return tried;
}

async function tryMigrations({ seed, say }: Parts): Promise<Tried> {
  const what =
    'Fanfare is killed while it migrates, from an empty database and from an older schema with data: a later start completes it, and two that start at once do it once.';
  const { killed, migrating, evidence } = await killWhileMigrating({ seed, kills: killedStarts, say });
  return { what, detail: `${killed} kills, ${migrating} before it had migrated`, evidence, obstacle: false };
}

async function tryUpgrades({ seed, say }: Parts): Promise<readonly Tried[]> {
  const beside =
    'Under load, a newer version migrates beside two nodes, as the rules of upgrades allow: every statement holds, and no older node starts anew.';
  const tried = [found(beside, await newerMigratesBeside({ seed, say }))];
  const real =
    'Under load, two nodes of the version before the last migration are upgraded to this one, one after the other: every statement holds.';
  const old = await buildOldVersion();
  if ('obstacle' in old) {
    say(`NOT TRIED: ${real} ${old.obstacle}`);
    return [...tried, { what: real, detail: old.obstacle, evidence: [], obstacle: true }];
  }
  try {
    return [...tried, found(real, await upgradeNodes({ seed, say, old: old.program }))];
  } finally {
    await old.remove();
  }
}

function found(what: string, { result, verdicts }: Trial): Tried {
  const evidence = verdicts.all.flatMap((one) =>
    one.evidence.map((line) => `${statements[one.statement]} ${line}`),
  );
  const again = [...(result?.duplicates.explained.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const detail =
    result === null
      ? 'broke off'
      : `${result.published.toLocaleString('en')} events, ${result.actions.toLocaleString('en')} actions, ${again} requests again that were in flight`;
  return { what, detail, evidence, obstacle: false };
}
