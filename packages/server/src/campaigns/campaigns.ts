import type { CampaignSnapshot } from '../catalog/index.ts';
import {
  type CampaignId,
  type CommunityId,
  idFromUuid,
  newId,
  type OrganizationId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { notFound } from '../problems.ts';
import {
  type CampaignRow,
  createCampaignsStore,
  createOrganizationsStore,
  type Database,
} from '../storage/index.ts';
import { Recent } from './recent.ts';

export interface Campaign {
  readonly id: CampaignId;
  readonly name: string;
  readonly communityId: CommunityId;
  readonly createdAt: Date;
}

export interface Community {
  readonly id: CommunityId;
  readonly name: string;
}

/** What an event says of its campaign, and of the community that the campaign belongs to. */
export interface CampaignContext {
  readonly campaign: CampaignSnapshot;
  readonly community: Community;
}

export interface Campaigns {
  /** Belongs to the organization's default community. */
  create(organization: OrganizationId, name: string): Promise<Campaign>;
  /** Throws `not_found`. */
  get(organization: OrganizationId, id: CampaignId): Promise<Campaign>;
  /** Newest first; `before` is the last one of the page before. */
  list(organization: OrganizationId, before: Uuid | null, limit: number): Promise<readonly Campaign[]>;
  /** Events that were accepted before keep the old name. Throws `not_found`. */
  rename(organization: OrganizationId, id: CampaignId, name: string): Promise<Campaign>;
  /** For every event: at once for a campaign seen lately. Null when the organization has no such campaign. */
  contextOf(
    organization: OrganizationId,
    id: CampaignId,
  ): CampaignContext | null | Promise<CampaignContext | null>;
  /** For events without a campaign. */
  defaultCommunity(organization: OrganizationId): Community | Promise<Community>;
  close(): Promise<void>;
}

/** Kept in memory, at about 500 bytes each. */
const largestCache = 10_000;

/** Listens for changes by other nodes until `close`. Throws when the database cannot be reached. */
export async function openCampaigns(parts: {
  readonly database: Database;
  readonly clock: { now(): number };
}): Promise<Campaigns> {
  const campaigns = createCampaignsStore(parts.database);
  const organizations = createOrganizationsStore(parts.database);
  const contexts = new Recent<CampaignId, { owner: OrganizationId; context: CampaignContext }>(largestCache);
  const communities = new Recent<OrganizationId, Community>(largestCache);
  const reading = new Map<string, Promise<CampaignContext | null>>();
  let changes = 0;
  const forget = () => {
    changes += 1;
    contexts.clear();
  };
  // Campaigns are renamed rarely, so forgetting all of them costs less than keeping track of whose they are.
  const stopListening = await campaigns.listen(forget, forget);

  async function readContext(organization: OrganizationId, id: CampaignId): Promise<CampaignContext | null> {
    const changesBefore = changes;
    const row = await campaigns.find(uuidOf(organization), uuidOf(id));
    if (row === null) return null;
    const context = contextFrom(row);
    if (changes === changesBefore) contexts.set(id, { owner: organization, context });
    return context;
  }

  async function readDefaultCommunity(organization: OrganizationId): Promise<Community> {
    const row = await organizations.defaultCommunity(uuidOf(organization));
    if (row === null) throw new Error(`Organization ${organization} has no default community`);
    const community: Community = { id: idFromUuid('com', row.id), name: row.name };
    communities.set(organization, community);
    return community;
  }

  async function get(organization: OrganizationId, id: CampaignId): Promise<Campaign> {
    const row = await campaigns.find(uuidOf(organization), uuidOf(id));
    if (row === null) throw notFound();
    return campaignFrom(row);
  }

  function defaultCommunity(organization: OrganizationId): Community | Promise<Community> {
    return communities.get(organization) ?? readDefaultCommunity(organization);
  }

  return {
    async create(organization, name) {
      const community = await defaultCommunity(organization);
      const id = newId('cmp');
      const createdAt = new Date(parts.clock.now());
      await campaigns.insert({
        id: uuidOf(id),
        organizationId: uuidOf(organization),
        communityId: uuidOf(community.id),
        name,
        createdAt,
      });
      return { id, name, communityId: community.id, createdAt };
    },

    get,

    async list(organization, before, limit) {
      return (await campaigns.list(uuidOf(organization), before, limit)).map(campaignFrom);
    },

    async rename(organization, id, name) {
      if (!(await campaigns.rename(uuidOf(organization), uuidOf(id), name))) throw notFound();
      // The notification comes back to this node too, but after the answer to the caller.
      forget();
      return get(organization, id);
    },

    contextOf(organization, id) {
      const known = contexts.get(id);
      if (known !== undefined) return known.owner === organization ? known.context : null;
      // The events of one request mostly name one campaign: they share one look-up.
      const key = organization + id;
      const running = reading.get(key);
      if (running !== undefined) return running;
      const answer = readContext(organization, id).finally(() => reading.delete(key));
      reading.set(key, answer);
      return answer;
    },

    defaultCommunity,
    close: stopListening,
  };
}

function campaignFrom(row: CampaignRow): Campaign {
  return {
    id: idFromUuid('cmp', row.id),
    name: row.name,
    communityId: idFromUuid('com', row.communityId),
    createdAt: row.createdAt,
  };
}

function contextFrom(row: CampaignRow): CampaignContext {
  return {
    campaign: { id: idFromUuid('cmp', row.id), name: row.name, created_at: row.createdAt.toISOString() },
    community: { id: idFromUuid('com', row.communityId), name: row.communityName },
  };
}
