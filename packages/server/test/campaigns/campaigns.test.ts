import { createTestDatabase, type TestDatabase, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Accounts, type Organization, openAccounts } from '../../src/accounts/index.ts';
import {
  type CampaignRulesSource,
  type Campaigns,
  openCampaignRules,
  openCampaigns,
} from '../../src/campaigns/index.ts';
import { newId } from '../../src/ids.ts';

const clock = { now: () => Date.now() };
let test: TestDatabase;
let accounts: Accounts;
let organization: Organization;
let here: Campaigns;
let there: Campaigns;
let rules: CampaignRulesSource;
beforeAll(async () => {
  test = await createTestDatabase();
  accounts = await openAccounts({ database: test.database, mostTokens: () => null, clock });
  organization = await accounts.createOrganization('Aurora Games');
  rules = await openCampaignRules({ database: test.database });
  here = await openCampaigns({ database: test.database, rules, mostCampaigns: () => null, clock });
  there = await openCampaigns({ database: test.database, rules, mostCampaigns: () => null, clock });
});
afterAll(async () => {
  await here.close();
  await there.close();
  await rules.close();
  await accounts.close();
  await test.drop();
});

describe('the context that a campaign gives its events', () => {
  it('is at hand without waiting once it was asked for', async () => {
    const { id } = await here.create(organization.id, 'Spring Quest');
    const first = await here.contextOf(organization.id, id);
    expect(first).toMatchObject({
      campaign: { id, name: 'Spring Quest' },
      community: { name: 'Aurora Games' },
    });
    // The node hears of its own writing too, and forgets once more what it had read by then.
    await waitFor(() => !(here.contextOf(organization.id, id) instanceof Promise), {
      what: 'the context to be at hand',
    });
    expect(here.contextOf(organization.id, id)).toEqual(first);
  });

  it('has the new name at once on the node that renamed it, and soon on the others', async () => {
    const { id } = await here.create(organization.id, 'Old');
    await here.contextOf(organization.id, id);
    await there.contextOf(organization.id, id);
    await here.update(organization.id, id, { name: 'New' });
    expect((await here.contextOf(organization.id, id))?.campaign.name).toBe('New');
    await waitFor(async () => (await there.contextOf(organization.id, id))?.campaign.name === 'New', {
      timeoutMs: 5_000,
      what: 'the other node to hear of the new name',
    });
  });

  it('is not given to another organization, whether or not it is in memory', async () => {
    const other = await accounts.createOrganization('Borealis');
    const { id } = await here.create(organization.id, 'Ours');
    expect(await here.contextOf(other.id, id)).toBeNull();
    await here.contextOf(organization.id, id);
    expect(await here.contextOf(other.id, id)).toBeNull();
  });

  it('of a campaign that is made later is found then', async () => {
    expect(await here.contextOf(organization.id, newId('cmp'))).toBeNull();
    const { id } = await there.create(organization.id, 'Elsewhere');
    expect((await here.contextOf(organization.id, id))?.campaign.name).toBe('Elsewhere');
  });
});
