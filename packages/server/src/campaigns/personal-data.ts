import {
  type Id,
  type IdPrefix,
  idFromUuid,
  type OrganizationId,
  type ParticipantId,
  uuidOf,
} from '../ids.ts';
import { notFound } from '../problems.ts';
import {
  createPersonalRecords,
  type Database,
  type PersonalRecord,
  type PersonalSection,
  personalSections,
} from '../storage/index.ts';

/** Everything kept about a person, for that person. */
export interface PersonalData {
  /**
   * One JSON object in pieces, with a list for every section: amounts are decimal text, ids public ones. Each page is
   * as of when it was read. Throws `not_found` before the first piece.
   */
  read(organization: OrganizationId, participant: ParticipantId): Promise<AsyncIterable<string>>;
}

const pageSize = 500;

/** Columns that hold ids; everything else is shown as it is. */
const idColumns: Readonly<Record<string, IdPrefix>> = {
  participant_id: 'usr',
  referrer_id: 'usr',
  claimer_id: 'usr',
  campaign_id: 'cmp',
  completion_id: 'cpl',
  quest_id: 'qst',
  task_id: 'tsk',
  play_id: 'ply',
  trigger_event_id: 'tre',
  transaction_id: 'txn',
  referral_id: 'ref',
  earning_id: 'ern',
  reward_id: 'rwd',
  payout_id: 'pay',
};

export function createPersonalData(parts: { readonly database: Pick<Database, 'pool'> }): PersonalData {
  const records = createPersonalRecords(parts.database);

  async function* sectionOf(section: PersonalSection, names: readonly string[]): AsyncGenerator<string> {
    let after: string | null = null;
    for (;;) {
      const page: Awaited<ReturnType<typeof records.read>> = await records.read(
        section,
        names,
        after,
        pageSize,
      );
      const lead = after === null ? '' : ',';
      if (page.length > 0) yield lead + page.map(({ record }) => JSON.stringify(shown(record))).join(',');
      const last = page.at(-1);
      if (page.length < pageSize || last === undefined) return;
      after = last.position;
    }
  }

  return {
    async read(organization, participant) {
      const names = await records.namesOf(uuidOf(organization), uuidOf(participant));
      if (names.length === 0) throw notFound();
      return (async function* pieces() {
        yield '{';
        for (const [n, section] of personalSections.entries()) {
          yield `${n === 0 ? '' : ','}${JSON.stringify(section)}:[`;
          yield* sectionOf(section, names);
          yield ']';
        }
        yield '}';
      })();
    },
  };
}

function shown(record: PersonalRecord): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const prefix = idColumns[name];
      return [name, prefix === undefined || typeof value !== 'string' ? value : publicId(prefix, value)];
    }),
  );
}

function publicId(prefix: IdPrefix, uuid: string): Id<IdPrefix> {
  return idFromUuid(prefix, uuid);
}
