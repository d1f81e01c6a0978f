import type { EventType, Format } from '@fanfare/client';

/** A format that carries an event type. */
export interface Carrier {
  readonly format: string;
  readonly title: string;
  /** What its body calls the event. */
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Who carries the type, and under which name: a type that an organization registered goes by its own. */
export function carriersOf(type: EventType, formats: readonly Format[]): readonly Carrier[] {
  return formats
    .filter(({ name }) => type.formats.includes(name))
    .map(({ name, title, event_names }) => {
      const named = event_names.find(({ event_type }) => event_type === type.type);
      return { format: name, title, name: named?.name ?? type.type, scopes: named?.scopes ?? [] };
    });
}
