import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';

/** Finds the participants that a request names by something else than the organization's own id. */
export interface PersonLookup {
  /** Who answers for the id: themselves, or who took them in. Null for whose personal data was erased. */
  byId(organizationId: Uuid, id: Uuid): Promise<Uuid | null>;
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
    byId: (organizationId, id) =>
      find(
        'person_by_id',
        `select coalesce(merged_into, id) as id from participants
          where organization_id = $1 and id = $2 and erased_at is null`,
        [organizationId, id],
      ),
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
        `select coalesce(merged_into, id) as id from participants
          where organization_id = $1 and referral_code = $2`,
        [organizationId, code],
      ),
  };
}
