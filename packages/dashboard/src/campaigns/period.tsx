import type { Campaign } from '@fanfare/client';
import { campaigns as text } from '#strings/campaigns.ts';
import { Moment } from '../elements/index.ts';

/** From when until when a campaign runs, in words. */
export function Period({ campaign: { starts_at, ends_at } }: { readonly campaign: Campaign }) {
  if (starts_at === null && ends_at === null) return text.period.always;
  if (ends_at === null)
    return (
      <>
        {text.period.from} <Moment at={starts_at} />
      </>
    );
  if (starts_at === null)
    return (
      <>
        {text.period.until} <Moment at={ends_at} />
      </>
    );
  return (
    <>
      <Moment at={starts_at} /> {text.period.between} <Moment at={ends_at} />
    </>
  );
}
