import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { eventTypeEditor as text } from '#strings/event-type-editor.ts';
import { fanfare } from '../../api/index.ts';
import { type JsonObject, parseObject } from './json-object.ts';

const pauseMs = 400;

export interface Draft {
  readonly type: string;
  readonly schema: string;
  readonly example: string;
}

/** What is wrong with a draft, by field; `fits` once Fanfare has looked at all of it and found nothing. */
export interface Check {
  readonly type: readonly string[];
  readonly schema: readonly string[];
  readonly example: readonly string[];
  readonly checking: boolean;
  readonly fits: boolean;
}

/** Holds a draft against the rules of the API whenever whoever writes it makes a pause. */
export function useCheck(draft: Draft): Check {
  const [{ type, schema, example }] = useDebouncedValue(draft, pauseMs);
  const parsedSchema = parseObject(schema);
  const parsedExample = parseObject(example);
  const found = useQuery({
    queryKey: ['event-type-check', type, schema, example],
    enabled: parsedSchema.ok,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      fanfare.post('/v1/event-type-checks', {
        body: {
          schema: parsedSchema.ok ? parsedSchema.value : {},
          ...(parsedExample.ok && { example: parsedExample.value as JsonObject }),
          ...(type !== '' && { type }),
        },
        signal,
      }),
  });
  const faults = found.data?.errors ?? [];
  return {
    type: at(faults, '/type'),
    schema: parsedSchema.ok ? at(faults, '/schema') : [parsedSchema.reason],
    example: parsedExample.ok ? at(faults, '/example') : [parsedExample.reason],
    checking: found.isFetching || draft.schema !== schema || draft.example !== example,
    fits: found.data?.ok === true && parsedSchema.ok && parsedExample.ok,
  };
}

function at(
  faults: readonly { readonly pointer: string; readonly detail: string }[],
  field: string,
): readonly string[] {
  return faults
    .filter(({ pointer }) => pointer === field || pointer.startsWith(`${field}/`))
    .map(({ pointer, detail }) => {
      const below = pointer.slice(field.length);
      return below === '' ? detail : text.at(below, detail);
    });
}
