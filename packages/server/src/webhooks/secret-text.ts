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

  /** In the place of a secret that is there and cannot be read: `reveal` throws the error, so nothing goes out unsigned. */
  static unreadable(error: Error): SecretText {
    return new UnreadableText(error);
  }

  get readable(): boolean {
    return true;
  }

  /** Throws what kept it from being read. */
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

class UnreadableText extends SecretText {
  readonly #error: Error;

  constructor(error: Error) {
    super('');
    this.#error = error;
  }

  override get readable(): boolean {
    return false;
  }

  override reveal(): string {
    throw this.#error;
  }
}
