import { readdir, readFile } from 'node:fs/promises';
import type { PublishedEvent } from '@fanfare/client';
import type { DemoApi } from './api.ts';
import { examplesFolder } from './cast.ts';

/**
 * One event of every type, with the data that the catalogue shows as its example, and the example objects of the
 * pages whose formats Fanfare reproduces. Whatever concerns a participant happens in this campaign.
 */
export async function readExamples(
  api: DemoApi,
  about: NonNullable<PublishedEvent['participant']>,
  campaignId: string,
): Promise<readonly PublishedEvent[]> {
  const events = [...(await catalogueExamples(api, about)), ...(await referenceExamples())];
  return events.map((event) =>
    event.participant !== undefined && event.participant !== null
      ? { ...event, campaign_id: campaignId }
      : event,
  );
}

async function catalogueExamples(
  api: DemoApi,
  about: NonNullable<PublishedEvent['participant']>,
): Promise<PublishedEvent[]> {
  const { data } = await api.get('/v1/event-types');
  return data
    .filter(({ origin }) => origin === 'catalogue')
    .map(({ type, participant, example }) => ({
      type,
      participant: participant === 'none' ? null : about,
      data: example,
    }));
}

async function referenceExamples(): Promise<PublishedEvent[]> {
  const folder = new URL('reference/', examplesFolder);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const files = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return files.flatMap((text) => JSON.parse(text) as PublishedEvent[]);
}
