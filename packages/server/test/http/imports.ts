import { waitFor } from '@fanfare/testkit';
import type { Answer, ApiHarness, Call } from './harness.ts';

export interface ShownJob {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly progress: { readonly total: number | null; readonly done: number; readonly refused: number };
  readonly counts: Readonly<Record<string, number>>;
  readonly error: string | null;
  readonly cancelling: boolean;
}

export interface ShownRefusal {
  readonly line: number;
  readonly field: string | null;
  readonly reason: string;
  readonly excerpt: string;
}

export type ImportCall = Pick<Call, 'headers' | 'token'> & { readonly query?: string };

/** Sends a file; lines are joined with CRLF. */
export function send(
  api: ApiHarness,
  kind: 'participants' | 'points',
  file: readonly string[] | string | Uint8Array,
  { query = '', headers, ...call }: ImportCall = {},
): Promise<Answer> {
  const raw = typeof file === 'string' || file instanceof Uint8Array ? file : `${file.join('\r\n')}\r\n`;
  return api.call('POST', `/v1/imports/${kind}${query}`, {
    ...call,
    raw,
    headers: { 'content-type': 'text/csv', ...headers },
  });
}

/** The job of an import that must be taken, once it has ended. */
export async function imported(api: ApiHarness, asked: Promise<Answer>): Promise<ShownJob> {
  const answer = await asked;
  if (answer.status !== 202) throw new Error(`Not taken: ${answer.status} ${answer.text}`);
  return jobEnd(api, (answer.body as ShownJob).id);
}

export function jobEnd(api: ApiHarness, id: string): Promise<ShownJob> {
  return waitFor(
    async () => {
      const job = (await api.call('GET', `/v1/jobs/${id}`)).body as ShownJob;
      return job.state === 'queued' || job.state === 'running' ? null : job;
    },
    { what: 'the end of the import', timeoutMs: 20_000 },
  );
}

export async function refusalsOf(api: ApiHarness, { id }: ShownJob): Promise<readonly ShownRefusal[]> {
  return ((await api.call('GET', `/v1/jobs/${id}/refusals?limit=250`)).body as { data: ShownRefusal[] }).data;
}

/** All participants, by their external ids. */
export async function people(api: ApiHarness): Promise<ReadonlyMap<string | null, Record<string, unknown>>> {
  const { data } = (await api.call('GET', '/v1/participants?limit=250')).body as {
    data: (Record<string, unknown> & { external_id: string | null })[];
  };
  return new Map(data.map((one) => [one.external_id, one]));
}
