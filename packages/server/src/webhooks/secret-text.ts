import { inspect } from 'node:util';

const redacted = '[secret]';

/**
 * A secret in memory. However it is printed (JSON, string, console, log line), `[secret]` appears; only
 * `reveal` gives the text, so that every place that needs it can be found by that word.
 */
export class SecretText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
