import { eventTypeEditor } from '#strings/event-type-editor.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a text is, or why it is none. */
export type Parsed =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly reason: string };

export function parseObject(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { ok: false, reason: eventTypeEditor.notObject };
    }
    return { ok: true, value: value as JsonObject };
  } catch (error) {
    return { ok: false, reason: eventTypeEditor.notJson(error instanceof Error ? error.message : '') };
  }
}
