import { chainvine } from './chainvine.ts';
import { claimr } from './claimr.ts';
import { cloudevents } from './cloudevents.ts';
import type { Format, FormatName } from './format.ts';
import { gamifyRoute } from './gamify-route.ts';
import { reward } from './reward.ts';
import { standard } from './standard.ts';

/** Every format in its current version: what new deliveries are created with. */
export const formatsByName: Readonly<Record<FormatName, Format>> = {
  claimr,
  chainvine,
  'gamify-route': gamifyRoute,
  reward,
  standard,
  cloudevents,
};

/** Versions that newer ones replaced. A delivery keeps the version it was created with, so they stay. */
const replaced: readonly Format[] = [];

/** The format that a delivery was created with. Throws for a version this program has never had. */
export function formatOf(name: FormatName, version: number): Format {
  const current = formatsByName[name];
  if (current.version === version) return current;
  const former = replaced.find((format) => format.name === name && format.version === version);
  if (former !== undefined) return former;
  throw new Error(
    `there is no version ${version} of the format ${name}; this program has up to ${current.version}`,
  );
}
