import type { Campaign } from '@fanfare/client';
import { createContext, useContext } from 'react';

export const CampaignContext = createContext<Campaign | null>(null);

/** The campaign whose page this is. */
export function useCampaign(): Campaign {
  const campaign = useContext(CampaignContext);
  if (campaign === null) throw new Error('This is only shown on the page of a campaign');
  return campaign;
}
