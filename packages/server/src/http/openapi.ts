import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { sessionCookie } from '../accounts/index.ts';
import type { Api } from './api.ts';
import { tidyDocument } from './tidy-document.ts';

/** The version of the API, not of the program: it changes when callers must change. */
const apiVersion = '1.0.0';

/** Collects every route into one OpenAPI 3.1 document: `app.swagger()`, served at /openapi.json. */
export function describeApi(app: Api): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fanfare API',
        version: apiVersion,
        description: [
          'Webhooks for campaigns, quests, referrals and rewards.',
          'Paths under /v1 need an API token with the scope that they name, `Authorization: Bearer fan_…`, or a session of somebody whose role has that permission. Where it says so, the participant token of a browser will do, which acts for its participant alone.',
          'Everything that goes wrong is answered as a problem document (RFC 9457); its codes are listed at /docs/problems.',
          'Lists are paged: give `next_cursor` of one page as `cursor` for the next.',
        ].join('\n\n'),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'Events', description: 'Publish events and read what was accepted' },
        { name: 'Event types', description: 'The catalogue, and types of your own' },
        { name: 'Webhooks', description: 'Who is told, of what, in which format' },
        { name: 'Deliveries', description: 'What was sent, how it went, and sending it again' },
        { name: 'Replays', description: 'Sending what the event log holds, once more or for the first time' },
        { name: 'Communities', description: 'What campaigns belong to, and events name as their source' },
        { name: 'Campaigns', description: 'What events belong to' },
        { name: 'Campaign design', description: 'What people can do in a campaign, and what they get' },
        { name: 'Triggers', description: 'What your own systems fire to give points' },
        { name: 'Actions', description: 'What people do in campaigns' },
        { name: 'Plays', description: 'Rounds of games, and who is best at them' },
        { name: 'Rewards and payouts', description: 'What people earned, claimed and were paid' },
        { name: 'Corrections', description: 'Completions taken back, and points recalculated' },
        { name: 'Participants', description: 'Whom events are about' },
        { name: 'Browsers', description: "What your participants' browsers may do, and from where" },
        { name: 'Inboxes', description: 'A receiver built in, to look at what webhooks send' },
        { name: 'Imports', description: 'Participants and points from CSV files' },
        { name: 'Jobs', description: 'Long work: imports, and whatever else outlives a request' },
        { name: 'Statistics', description: 'What was sent and how it went, over time and while it happens' },
        { name: 'Account', description: 'The organization and its API tokens' },
        { name: 'People', description: 'Who signs in, and with which role' },
        { name: 'Audit log', description: 'Who changed what' },
        { name: 'Operation', description: 'For load balancers and operators' },
      ],
      components: {
        securitySchemes: {
          api_token: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API token of your organization: `fan_…`',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description:
              'Somebody who is signed in: POST /v1/session sets it (its name begins with __Secure- where Fanfare is reached by https). What changes something also needs the Origin header of Fanfare itself.',
          },
          participant_token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'A short-lived token of one participant, for their browser: POST /v1/participant-tokens makes it',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (draft) =>
      tidyDocument(jsonSchemaTransformObject(draft)) as ReturnType<SwaggerTransformObject>,
  });
}
