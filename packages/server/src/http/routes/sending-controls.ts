import { z } from 'zod';
import type { JobId, OrganizationId } from '../../ids.ts';
import { type Api, pathId, problems } from '../api.ts';

const changes = ['pause', 'resume', 'cancel'] as const;
export type ControlChange = (typeof changes)[number];

type Change<Sending> = (organization: OrganizationId, id: JobId) => Promise<Sending>;

/** How one kind of sending in the background is called, and what each change does to it. */
export interface ControlledSending<Sending, Schema extends z.ZodType> {
  /** As in `/v1/resends`: each change is a path below one of them. */
  readonly path: string;
  readonly tags: readonly string[];
  readonly controls: Readonly<Record<ControlChange, Change<Sending>>>;
  readonly schema: Schema;
  readonly show: (sending: Sending) => z.input<Schema>;
  readonly operations: Readonly<
    Record<
      ControlChange,
      { readonly operationId: string; readonly summary: string; readonly description: string }
    >
  >;
}

/** Pausing, resuming and cancelling, each answered with how it is then. */
export function sendingControlRoutes<Sending, Schema extends z.ZodType>(
  app: Api,
  { path, tags, controls, schema, show, operations }: ControlledSending<Sending, Schema>,
): void {
  for (const change of changes) {
    app.post(
      `${path}/:id/${change}`,
      {
        schema: {
          tags,
          ...operations[change],
          params: z.object({ id: z.string() }),
          response: { 200: schema as z.ZodType, ...problems('not_found', 'conflict') },
        },
      },
      async (request) =>
        show(await controls[change](request.principal.organizationId, pathId('job', request.params.id))),
    );
  }
}
