const languages = ['typescript', 'python', 'go', 'php'] as const;
export type CodeLanguage = (typeof languages)[number];
export const codeLanguages: readonly CodeLanguage[] = languages;

const parts = ['body', 'schema', 'headers', 'curl'] as const;
export type ExamplePart = (typeof parts)[number];
export const exampleParts: readonly ExamplePart[] = parts;

/** Which example is looked at, and what of it; it stands in the address. */
export interface ExampleSearch {
  readonly event?: string;
  readonly scope?: string;
  readonly participant?: string;
  readonly part?: ExamplePart;
  readonly language?: CodeLanguage;
}

export function readExampleSearch(search: Record<string, unknown>): ExampleSearch {
  const { event, scope, participant } = search;
  const part = parts.find((one) => one === search['part']);
  const language = languages.find((one) => one === search['language']);
  return {
    ...(typeof event === 'string' && { event }),
    ...(typeof scope === 'string' && { scope }),
    ...(typeof participant === 'string' && { participant }),
    ...(part !== undefined && { part }),
    ...(language !== undefined && { language }),
  };
}
