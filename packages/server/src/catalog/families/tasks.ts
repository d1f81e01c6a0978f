import { z } from 'zod';
import { define } from '../definition.ts';
import { freeForm } from '../free-form.ts';
import { points, score } from '../points.ts';
import { account, identifier, named, text } from '../text.ts';

export const task = z.strictObject({
  id: identifier,
  name: text(200),
  type: text(64).describe('What one does: x_follow, quiz, api, form, …'),
  meta: freeForm.nullable().default(null),
});

export const level = z.strictObject({
  id: identifier,
  number: z.int().min(0).max(1_000_000),
  name: text(200),
  last: z
    .boolean()
    .default(false)
    .describe('Nothing comes after it: who completes it completes the campaign.'),
});

export const taskEvents = {
  'task.completed': define({
    family: 'tasks',
    title: 'Task completed',
    description: 'Somebody completed a task, perhaps a level of a game, and got the points it is worth.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      task,
      quest: named.nullable().default(null),
      account,
      points,
      ugc: z.boolean().default(false).describe('The task asked for content made by the participant.'),
      level: level.nullable().default(null),
      score: score.nullable().default(null),
    }),
    example: {
      task: {
        id: 'tsk_01jf1b7x2ve3fb5s0c9w8h6d4m',
        name: 'Clear the Harbour level',
        type: 'game',
        meta: { difficulty: 'hard' },
      },
      quest: { id: 'qst_01jf1b7x2ve3ft8d1r5n7k2p0q', name: 'Sail the archipelago' },
      account: { platform: 'discord', name: 'ada.lovelace' },
      points: 550,
      ugc: false,
      level: { id: 'harbour', number: 3, name: 'Harbour', last: false },
      score: 18_250,
    },
  }),
  'quest.completed': define({
    family: 'tasks',
    title: 'Quest completed',
    description: 'Somebody completed every task that a quest asks for.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      quest: z.strictObject({ id: identifier, name: text(200), meta: freeForm.nullable().default(null) }),
      group: named.nullable().default(null),
      account,
      points,
      level: level.nullable().default(null),
      score: score.nullable().default(null),
    }),
    example: {
      quest: { id: 'qst_01jf1b7x2ve3ft8d1r5n7k2p0q', name: 'Sail the archipelago', meta: null },
      group: { id: 'grp_01jf1b7x2ve3e9a4c7v6s2h8tz', name: 'Season one' },
      account: { platform: 'discord', name: 'ada.lovelace' },
      points: 1000,
      level: { id: 'lighthouse', number: 7, name: 'Lighthouse', last: true },
      score: 91_400,
    },
  }),
};
