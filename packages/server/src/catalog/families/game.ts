import { z } from 'zod';
import { define } from '../definition.ts';
import { flatFields } from '../free-form.ts';
import { points, score } from '../points.ts';
import { account, identified } from '../text.ts';
import { level, task } from './tasks.ts';

const play = identified.nullable().default(null);

export const gameEvents = {
  'game.optin_submitted': define({
    family: 'game',
    title: 'Opt-in submitted',
    description: 'Somebody filled in the opt-in form of a game.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      play,
      task: task.nullable().default(null),
      account,
      fields: flatFields.describe('The form as it was submitted.'),
      points: points.default(0),
      level: level.nullable().default(null),
    }),
    example: {
      play: { id: 'ply_01jf2wkmvjfd8s5y0r4c2v6m9q' },
      task: { id: 'tsk_01jf1b7x2vewyb0m6k4t8r1c3z', name: 'Leave your address', type: 'form', meta: null },
      account: { platform: 'email', name: 'ada@example.com' },
      fields: { newsletter: true, city: 'Zürich', age: 36 },
      points: 50,
      level: null,
    },
  }),
  'game.high_score': define({
    family: 'game',
    title: 'High score',
    description: 'Somebody beat their own best score.',
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      play,
      level: level.nullable().default(null),
      score,
      high_score: score,
      previous_high_score: score.nullable().default(null),
      is_campaign_best: z.boolean().default(false).describe('Nobody in the campaign has a better one.'),
      points: points.default(0),
    }),
    example: {
      play: { id: 'ply_01jf2wkmvkf9dsr931y2vt7nce' },
      level: { id: 'harbour', number: 3, name: 'Harbour', last: false },
      score: 18_250,
      high_score: 18_250,
      previous_high_score: 16_900,
      is_campaign_best: true,
      points: 0,
    },
  }),
  'rank.changed': define({
    family: 'game',
    title: 'Rank changed',
    description: "Somebody's position on the campaign's leaderboard changed.",
    campaign: 'required',
    participant: 'required',
    data: z.strictObject({
      rank: z.int().min(1).nullable(),
      previous_rank: z.int().min(1).nullable().default(null),
    }),
    example: { rank: 12, previous_rank: 15 },
  }),
};
