import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { safeEncode, z } from 'zod';
import { Problem } from '../problems.ts';
import type { Api } from './api.ts';
import type { Audited } from './audit-table.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The thing of this id as the API shows it; null when there is none, or nothing shows it. */
export type Show = (id: string | null) => Promise<Fields | null>;

type Showing = Pick<RouteOptions, 'url' | 'handler' | 'schema'>;

/** Operations that show things, to be asked from within the server on behalf of a request. */
export interface Showings {
  add(operation: string, route: Showing): void;
  for(what: Audited, app: Api, request: FastifyRequest, reply: FastifyReply): Show;
}

const parameters = /:([a-z_]+)/g;
const largestPage = 100;

export function createShowings(): Showings {
  const showings = new Map<string, Showing>();

  function find(operation: string): Showing {
    const showing = showings.get(operation);
    if (showing === undefined)
      throw new Error(`http/audit-table.ts names ${operation}, which is no operation`);
    return showing;
  }

  return {
    add: (operation, { url, handler, schema }) =>
      void showings.set(operation, { url, handler, ...(schema !== undefined && { schema }) }),

    for(what, app, request, reply) {
      /** As if this request had asked for something else. */
      async function ask(showing: Showing, params: Fields, query: Fields): Promise<Fields> {
        const asking: FastifyRequest = Object.create(request, {
          params: { value: params },
          query: { value: query },
        });
        return encoded(showing, await showing.handler.call(app, asking, reply));
      }

      async function shown(operation: string, id: string | null): Promise<Fields | null> {
        const showing = find(operation);
        const names = [...showing.url.matchAll(parameters)].flatMap(([, name]) => name ?? []);
        if (names.length > 0 && id === null) return null;
        const given = fieldsOf(request.params);
        const params = Object.fromEntries(
          names.map((name, n) => [name, n === names.length - 1 ? id : given[name]]),
        );
        try {
          return await ask(showing, params, {});
        } catch (error) {
          if (error instanceof Problem && error.code === 'not_found') return null;
          throw error;
        }
      }

      async function listed(operation: string, id: string | null): Promise<Fields | null> {
        const showing = find(operation);
        let cursor: unknown;
        do {
          const query = { limit: largestPage, ...(typeof cursor === 'string' && { cursor }) };
          const page = await ask(showing, {}, query);
          const items = Array.isArray(page['data']) ? page['data'].map(fieldsOf) : [];
          const found = items.find((item) => (item['id'] ?? item['person_id']) === id);
          if (found !== undefined) return found;
          cursor = page['next_cursor'];
        } while (typeof cursor === 'string');
        return null;
      }

      return async (id) => {
        if (what.shownBy !== undefined) return shown(what.shownBy, id);
        return what.listedBy === undefined || id === null ? null : listed(what.listedBy, id);
      };
    },
  };
}

/** As the answer would go out: by the schema of the route, and as JSON. */
function encoded({ schema, url }: Showing, answer: unknown): Fields {
  const schemas = fieldsOf(schema?.response);
  const success = schemas['200'];
  if (!(success instanceof z.ZodType)) throw new Error(`${url} has no schema for what it shows`);
  const result = safeEncode(success, answer);
  if (!result.success) throw result.error;
  return fieldsOf(JSON.parse(JSON.stringify(result.data)));
}

/** The members of an object; of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
