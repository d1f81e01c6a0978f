export interface JsonToken {
  /** `word`: a number, true, false, null, or what is none of these. */
  readonly kind: 'string' | 'word' | '{' | '}' | '[' | ']' | ',' | ':';
  readonly start: number;
  readonly end: number;
}

const blank = /[ \t\n\r]*/y;
const word = /[^ \t\n\r"{}[\],:]+/y;

/** Cuts text into JSON's tokens without judging them. A string that is not closed ends with the text. */
export function* jsonTokens(text: string): Generator<JsonToken> {
  for (let at = skip(blank, text, 0); at < text.length; at = skip(blank, text, at)) {
    const start = at;
    const kind = kindOf(text.charAt(at));
    if (kind === 'string') at = stringEnd(text, at);
    else if (kind === 'word') at = skip(word, text, at);
    else at += 1;
    yield { kind, start, end: at };
  }
}

function kindOf(character: string): JsonToken['kind'] {
  switch (character) {
    case '{':
    case '}':
    case '[':
    case ']':
    case ',':
    case ':':
      return character;
    case '"':
      return 'string';
    default:
      return 'word';
  }
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    let backslashes = 0;
    while (text.charAt(quote - 1 - backslashes) === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | 'more';

/**
 * Where text that JSON.parse refuses stops being JSON; the length of the text when it ends too early. The messages of
 * JSON.parse itself name the place only sometimes, and differ between versions of Node.
 */
export function whereJsonBreaks(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected = 'value' as Expected;
  for (const { kind, start, end } of jsonTokens(text)) {
    const inside = open.at(-1);
    switch (kind) {
      case '{':
      case '[':
        if (expected !== 'value' && expected !== 'value or ]') return start;
        open.push(kind);
        expected = kind === '{' ? 'name or }' : 'value or ]';
        break;
      case '}':
        if (inside !== '{' || (expected !== 'name or }' && expected !== 'more')) return start;
        open.pop();
        expected = 'more';
        break;
      case ']':
        if (inside !== '[' || (expected !== 'value or ]' && expected !== 'more')) return start;
        open.pop();
        expected = 'more';
        break;
      case ',':
        if (inside === undefined || expected !== 'more') return start;
        expected = inside === '{' ? 'name' : 'value';
        break;
      case ':':
        if (expected !== ':') return start;
        expected = 'value';
        break;
      case 'string':
        if (expected === ':' || expected === 'more') return start;
        if (!isScalar(text.slice(start, end))) return end === text.length ? end : start;
        expected = expected === 'name' || expected === 'name or }' ? ':' : 'more';
        break;
      case 'word':
        if (expected !== 'value' && expected !== 'value or ]') return start;
        if (!isScalar(text.slice(start, end))) return start;
        expected = 'more';
        break;
    }
  }
  return text.length;
}

function isScalar(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
