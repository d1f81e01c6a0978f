import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';

/** Finds the participants that a request names by something else than the organization's own id. */
export interface PersonLookup {
  exists(organizationId: Uuid, id: Uuid): Promise<boolean>;
  /** `name` as it is stored: a wallet in its checksum form. */
  byAccount(organizationId: Uuid, platform: string, name: string): Promise<Uuid | null>;
  byReferralCode(organizationId: Uuid, code: string): Promise<Uuid | null>;
}

export function createPersonLookup({ hotPool }: Pick<Database, 'hotPool'>): PersonLookup {
  async function find(name: string, text: string, values: readonly string[]): Promise<Uuid | null> {
    const { rows } = await hotPool.query<{ id: Uuid }>({ name, text, values: [...values] });
    return rows[0]?.id ?? null;
  }

  return {
    async exists(organizationId, id) {
      const text = 'select id from participants where organization_id = $1 and id = $2';
      return (await find('person_exists', text, [organizationId, id])) !== null;
    },
    byAccount: (organizationId, platform, name) =>
      find(
        'person_by_account',
        `select participant_id as id from accounts
          where organization_id = $1 and platform = $2 and name = $3`,
        [organizationId, platform, name],
      ),
    byReferralCode: (organizationId, code) =>
      find(
        'person_by_referral_code',
        'select id from participants where organization_id = $1 and referral_code = $2',
        [organizationId, code],
      ),
  };
}
