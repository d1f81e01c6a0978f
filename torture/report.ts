import { machine } from '../bench/machine.ts';
import { percentile } from '../bench/percentile.ts';
import type { Options } from './options.ts';
import type { RoundResult } from './round.ts';
import type { RunResult } from './run.ts';
import type { Tried } from './trials.ts';
import { statements } from './verdicts.ts';

const count = (value: number) => value.toLocaleString('en');
const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`);

/** What a run found, for docs/torture.md. */
export function report(options: Options, result: RunResult, tried: readonly Tried[]): string {
  const { rounds, verdicts, unanswered, turnedAway, tookMs } = result;
  const sum = (of: (round: RoundResult) => number) => rounds.reduce((total, round) => total + of(round), 0);
  const lines = [
    '# Torture',
    '',
    `Written by \`npm run torture -- --seed ${options.seed} --minutes ${options.minutes} --kills ${options.kills}\`; not edited by hand.`,
    '',
    'Processes are killed with `kill -9` at random moments while events are published and a campaign is played, with',
    'receivers that are quick, slow and out of order for a while, and with a replay, an import, an erasure and the deletion',
    'of an organization under way. What was not answered is asked for again under the same key. After every few kills the',
    'load ends, everything comes to rest, and what callers were told, what receivers and the paying system got, and what',
    'the database holds are held against each other.',
    '',
    `- Machine: ${machine()}`,
    `- Seed: ${options.seed}; it decides everything random but the speed of the machine`,
    `- Duration: ${(tookMs / 60_000).toFixed(1)} minutes, ${rounds.length} rounds`,
    `- Acknowledged: ${count(sum(({ published }) => published))} published events, ${count(sum(({ actions }) => actions))} actions`,
    `- Requests not answered: ${count(unanswered)}; turned away for now: ${count(turnedAway)}; all were asked again`,
    `- Requests at receivers: ${count(sum(({ requests }) => requests))}`,
    `- Came again after having been acknowledged: ${again(rounds)}`,
    `- Payouts: ${count(sum(({ paid }) => paid.payouts))}, in ${count(sum(({ paid }) => paid.attempts))} attempts, ${count(sum(({ paid }) => paid.unanswered))} of which lost their answer in a kill`,
    '',
    '## Kills',
    '',
    'Back: when everything runs and takes requests. Delivered: the first arrival of an event that was published after the',
    'kill. Both from the kill on.',
    '',
    '| Installation | Killed | Times | Back, median | Back, longest | Delivered, median | Delivered, longest |',
    '|---|---|---:|---:|---:|---:|---:|',
    ...killRows(rounds),
    '',
    '## Statements',
    '',
    '| Statement | Held against | Verdict |',
    '|---|---:|---|',
    ...verdicts.all.map(
      ({ statement, checked, evidence }) =>
        `| ${statements[statement]} | ${count(checked)} | ${evidence.length === 0 ? 'true' : '**FALSE**'} |`,
    ),
    '',
  ];
  lines.push(
    '## Beside the kills',
    '',
    '| What | Figures | Verdict |',
    '|---|---|---|',
    ...tried.map(triedRow),
    '',
  );
  for (const { what, evidence } of tried) {
    if (evidence.length > 0) lines.push(`### ${what}`, '', ...evidence.map((one) => `- ${one}`), '');
  }
  for (const { statement, evidence } of verdicts.all) {
    if (evidence.length === 0) continue;
    lines.push(`### ${statements[statement]}`, '', ...evidence.map((one) => `- ${one}`), '');
  }
  return lines.join('\n');
}

function triedRow({ what, detail, evidence, obstacle }: Tried): string {
  const verdict = obstacle ? '**not tried**' : evidence.length === 0 ? 'true' : '**FALSE**';
  return `| ${what} | ${detail.replaceAll('\n', ' ')} | ${verdict} |`;
}

/** Duplicates, by what explains them. */
function again(rounds: readonly RoundResult[]): string {
  const byTarget = new Map<string, number>();
  let unexplained = 0;
  for (const { duplicates } of rounds) {
    unexplained += duplicates.unexplained;
    for (const [target, number] of duplicates.explained) {
      byTarget.set(target, (byTarget.get(target) ?? 0) + number);
    }
  }
  const all = [...byTarget].map(([target, number]) => `${count(number)} in flight when ${target} was killed`);
  const latest = Math.max(0, ...rounds.map(({ duplicates }) => duplicates.latestAnswerMs));
  return `${[...all, `${count(unexplained)} not explained`].join(', ')}. The longest that one had been answered at the kill: ${Math.round(latest)} ms`;
}

function killRows(rounds: RunResult['rounds']): string[] {
  const groups = new Map<string, { back: number[]; delivered: number[] }>();
  for (const { installation, kills, recoveriesMs } of rounds) {
    for (const [index, { target, atMs, upAtMs }] of kills.entries()) {
      const key = `${installation} | ${target}`;
      const group = groups.get(key) ?? { back: [], delivered: [] };
      groups.set(key, group);
      group.back.push(upAtMs - atMs);
      const delivered = recoveriesMs[index];
      if (delivered !== undefined) group.delivered.push(delivered);
    }
  }
  return [...groups].map(([key, { back, delivered }]) => {
    const figures = [back, delivered].flatMap((list) => [percentile(list, 0.5), percentile(list, 1)]);
    return `| ${key} | ${back.length} | ${figures.map(seconds).join(' | ')} |`;
  });
}
