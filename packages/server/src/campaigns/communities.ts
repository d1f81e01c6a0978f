import { type CommunityId, idFromUuid, newId, type OrganizationId, type Uuid, uuidOf } from '../ids.ts';
import { notFound, Problem, quotaReached } from '../problems.ts';
import {
  afterRequestTransaction,
  type CommunityDetailRow,
  createCommunitiesStore,
  type Database,
} from '../storage/index.ts';
import type { Campaigns } from './campaigns.ts';
import type { CampaignRulesSource } from './design.ts';

export interface CommunityDetail {
  readonly id: CommunityId;
  readonly name: string;
  /** New campaigns and events without a campaign belong to it. One in every organization. */
  readonly isDefault: boolean;
  readonly createdAt: Date;
}

/** What campaigns are grouped by, and events name as their source. Unknown ones throw `not_found`. */
export interface Communities {
  /** Newest first; `before` is the last one of the page before. */
  list(organization: OrganizationId, before: Uuid | null, limit: number): Promise<readonly CommunityDetail[]>;
  get(organization: OrganizationId, id: CommunityId): Promise<CommunityDetail>;
  /** Throws `quota_reached`. */
  create(organization: OrganizationId, name: string): Promise<CommunityDetail>;
  /** Events accepted from the answer on name it so; earlier ones stay as they are. */
  update(
    organization: OrganizationId,
    id: CommunityId,
    change: { readonly name?: string | undefined; readonly makeDefault: boolean },
  ): Promise<CommunityDetail>;
  /** Throws `conflict` for the default one and while it has campaigns. */
  delete(organization: OrganizationId, id: CommunityId): Promise<void>;
}

export function createCommunities(parts: {
  readonly database: Database;
  readonly campaigns: Pick<Campaigns, 'forgetContexts'>;
  readonly rules: Pick<CampaignRulesSource, 'forgetCampaign'>;
  /** How many an organization may have; null: as many as it likes. */
  readonly mostCommunities: (organization: OrganizationId) => number | null;
  readonly clock: { now(): number };
}): Communities {
  const store = createCommunitiesStore(parts.database);
  return {
    async list(organization, before, limit) {
      return (await store.list(uuidOf(organization), before, limit)).map(communityFrom);
    },

    async get(organization, id) {
      const row = await store.find(uuidOf(organization), uuidOf(id));
      if (row === null) throw notFound();
      return communityFrom(row);
    },

    async create(organization, name) {
      const row = { id: uuidOf(newId('com')), name, createdAt: new Date(parts.clock.now()) };
      const most = parts.mostCommunities(organization);
      if (!(await store.insert(uuidOf(organization), row, most))) throw quotaReached('communities', most);
      return communityFrom({ ...row, isDefault: false });
    },

    async update(organization, id, change) {
      const changed = await store.change(uuidOf(organization), uuidOf(id), change);
      if (changed === null) throw notFound();
      // The notifications come back to this node too, but after the answer to the caller.
      await afterRequestTransaction(() => {
        parts.campaigns.forgetContexts();
        for (const campaign of changed.campaigns) parts.rules.forgetCampaign(idFromUuid('cmp', campaign));
      });
      return communityFrom(changed.row);
    },

    async delete(organization, id) {
      const deletion = await store.delete(uuidOf(organization), uuidOf(id));
      switch (deletion.kind) {
        case 'deleted':
          return;
        case 'not_found':
          throw notFound();
        case 'default':
          throw new Problem(
            'conflict',
            'This is the default community, which new campaigns and events without a campaign belong to. Make another one the default first.',
          );
        case 'in_use':
          throw new Problem(
            'conflict',
            `This community has ${deletion.campaigns === 1 ? '1 campaign' : `${deletion.campaigns} campaigns`}. Move them to another community first: PATCH /v1/campaigns/{id} with community_id.`,
          );
      }
    },
  };
}

function communityFrom(row: CommunityDetailRow): CommunityDetail {
  return {
    id: idFromUuid('com', row.id),
    name: row.name,
    isDefault: row.isDefault,
    createdAt: row.createdAt,
  };
}
