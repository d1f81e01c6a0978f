import type { Campaign, CampaignSummary } from '@fanfare/client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { reading } from '../api/index.ts';

/** A campaign with how much goes on in it; null until that is known. */
export interface ListedCampaign {
  readonly campaign: Campaign;
  readonly summary: CampaignSummary | null;
}

const refreshMs = 15_000;

/** Some campaigns of the list with how much goes on in them, kept up to date. */
export function useListedCampaigns(campaigns: readonly Campaign[]): readonly ListedCampaign[] {
  const ids = campaigns.map(({ id }) => id).join();
  const { data } = useQuery({
    ...reading('/v1/statistics/campaigns', { query: { ids, limit: Math.max(1, campaigns.length) } }),
    enabled: ids !== '',
    refetchInterval: refreshMs,
  });
  return useMemo(() => {
    const summaries = new Map(data?.data.map((summary) => [summary.campaign_id, summary]));
    return campaigns.map((campaign) => ({ campaign, summary: summaries.get(campaign.id) ?? null }));
  }, [campaigns, data]);
}
