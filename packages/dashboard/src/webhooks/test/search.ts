/** What a test is about; what is left out, Fanfare chooses. */
export interface TestChoice {
  readonly participant?: string;
  readonly event?: string;
  /** Of formats that have them. */
  readonly scope?: string;
}

export function readTestSearch({ participant, event, scope }: Record<string, unknown>): TestChoice {
  return {
    ...(typeof participant === 'string' && { participant }),
    ...(typeof event === 'string' && { event }),
    ...(typeof scope === 'string' && { scope }),
  };
}

/** As the API takes it. */
export function choiceBody({ participant, event, scope }: TestChoice) {
  return {
    ...(participant !== undefined && { participant_id: participant }),
    ...(event !== undefined && { event_type: event }),
    ...(scope !== undefined && { scope }),
  };
}
