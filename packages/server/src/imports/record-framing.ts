import { isUtf8 } from 'node:buffer';
import { Problem } from '../problems.ts';

/** Whole records of a file, one after the other, each with its line end. */
export interface RecordChunk {
  /** Of the first record, from 1. */
  readonly firstLine: number;
  readonly content: Buffer;
  /** Records that were left out, because they are longer than a record may be. */
  readonly overlong: readonly OverlongRecord[];
}

export interface OverlongRecord {
  /** Where it began. */
  readonly line: number;
  /** Where it was found to be too long; what follows the line is read again. */
  readonly lastLine: number;
  /** Whether it went on because of a quote that was not closed. */
  readonly quoted: boolean;
  readonly excerpt: string;
}

export interface FramingLimits {
  readonly delimiter: string;
  /** Records of a chunk. */
  readonly mostRecords: number;
}

/** A record may be this long, not counting the LF at its end. */
export const mostRecordBytes = 64 * 1024;
/** Chunks are ended by the first record that reaches this. */
const chunkBytes = 512 * 1024;
const excerptBytes = 200;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/**
 * Cuts a file that arrives in pieces into chunks of whole records, holding no more than one chunk in memory. Lines end
 * with LF or CRLF; a quoted cell may hold line ends (RFC 4180).
 *
 * A record that grows too long is left out and told of. One without an end is dropped as it arrives, up to its line
 * end; one with a quote that was not closed ends with the line in which it became too long, so that a stray quote does
 * not swallow the rest of the file.
 *
 * Throws `invalid_import` for bytes that are not UTF-8.
 */
export class RecordFraming {
  /** Records so far: those of chunks and those left out. Empty lines do not count. */
  records = 0;
  readonly #delimiter: number;
  readonly #mostRecords: number;
  #parts: Buffer[] = [];
  #held = 0;
  #recordBytes = 0;
  #recordsHeld = 0;
  #overlong: OverlongRecord[] = [];
  #line: number;
  #chunkLine: number;
  #recordLine: number;
  /** At the start of a cell, within one, within quotes, or after the quote that may have closed them. */
  #state: 'start' | 'plain' | 'quoted' | 'closing' = 'start';
  #blank = true;
  /** The byte before was a CR: part of a line end, unless what follows is no LF. */
  #carriage = false;
  #dropping = false;

  /** `line`: of the first byte that comes. */
  constructor({ delimiter, mostRecords }: FramingLimits, line: number) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#mostRecords = mostRecords;
    this.#line = line;
    this.#chunkLine = line;
    this.#recordLine = line;
  }

  /** Chunks that are whole now. */
  push(piece: Buffer): RecordChunk[] {
    const chunks: RecordChunk[] = [];
    // What the chunk does not hold yet begins at `from`; the record under way began at `recordFrom` or before.
    let from = 0;
    let recordFrom = 0;
    const keepUpTo = (end: number) => {
      this.#parts.push(piece.subarray(from, end));
      this.#held += end - from;
      from = end;
    };
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at];
      if (this.#carriage && byte !== lineFeed && !this.#dropping) {
        this.#blank = false;
        if (this.#state !== 'quoted') this.#state = 'plain';
      }
      this.#carriage = byte === carriageReturn;
      if (byte === lineFeed) {
        this.#line += 1;
        if (this.#dropping) {
          this.#dropping = false;
          this.#beginRecord();
          this.#chunkLine = this.#line;
          from = at + 1;
          recordFrom = from;
          continue;
        }
        if (this.#state !== 'quoted') {
          this.#endRecord();
          recordFrom = at + 1;
          if (this.#recordsHeld >= this.#mostRecords || this.#held + recordFrom - from >= chunkBytes) {
            keepUpTo(recordFrom);
            chunks.push(this.#flush());
          }
          continue;
        }
      } else if (this.#dropping) {
        continue;
      } else if (byte === quote) {
        this.#blank = false;
        if (this.#state === 'start') this.#state = 'quoted';
        else if (this.#state === 'quoted') this.#state = 'closing';
        else if (this.#state === 'closing') this.#state = 'quoted';
      } else if (byte !== carriageReturn) {
        this.#blank = false;
        if (this.#state !== 'quoted') this.#state = byte === this.#delimiter ? 'start' : 'plain';
      }
      if (this.#recordBytes + at + 1 - recordFrom > mostRecordBytes) {
        keepUpTo(at + 1);
        this.#recordBytes += at + 1 - recordFrom;
        chunks.push(this.#leaveOut());
      }
    }
    if (!this.#dropping && from < piece.length) {
      this.#recordBytes += piece.length - recordFrom;
      keepUpTo(piece.length);
    }
    return chunks;
  }

  /** The last chunk, once nothing more comes. */
  end(): RecordChunk | null {
    if (!this.#dropping && this.#recordBytes > 0) {
      this.#parts.push(Buffer.from('\n'));
      this.#endRecord();
    }
    return this.#held > 0 || this.#overlong.length > 0 ? this.#flush() : null;
  }

  #endRecord(): void {
    if (!this.#blank) {
      this.records += 1;
      this.#recordsHeld += 1;
    }
    this.#beginRecord();
  }

  #beginRecord(): void {
    this.#recordBytes = 0;
    this.#recordLine = this.#line;
    this.#state = 'start';
    this.#blank = true;
  }

  /** Ends the chunk before the record under way, which is dropped up to the end of the line. */
  #leaveOut(): RecordChunk {
    const content = Buffer.concat(this.#parts);
    const start = content.length - this.#recordBytes;
    const record = content.subarray(start);
    this.#overlong.push({
      line: this.#recordLine,
      lastLine: this.#line,
      quoted: this.#state === 'quoted',
      excerpt: excerptOf(record),
    });
    this.records += 1;
    this.#parts = [content.subarray(0, start)];
    this.#held = start;
    this.#dropping = true;
    return this.#flush();
  }

  #flush(): RecordChunk {
    const content = Buffer.concat(this.#parts);
    requireUtf8(content, this.#chunkLine);
    const chunk = { firstLine: this.#chunkLine, content, overlong: this.#overlong };
    this.#parts = [];
    this.#held = 0;
    this.#recordsHeld = 0;
    this.#overlong = [];
    this.#chunkLine = this.#line;
    return chunk;
  }
}

/** The beginning of a record, as far as it can be read. */
export function excerptOf(record: Buffer | string): string {
  const text = typeof record === 'string' ? record : record.toString('utf8', 0, excerptBytes);
  // What PostgreSQL cannot store, and the half of a character that was cut.
  return text
    .slice(0, excerptBytes)
    .replaceAll('\0', '\u2400')
    .replace(/\ufffd+$/, '')
    .trimEnd();
}

/** Throws `invalid_import` naming the first line that is not UTF-8. */
export function requireUtf8(content: Buffer, firstLine: number): void {
  if (isUtf8(content)) return;
  let line = firstLine;
  for (let from = 0; from < content.length; line += 1) {
    const end = content.indexOf(lineFeed, from);
    const next = end === -1 ? content.length : end + 1;
    const text = content.subarray(from, next);
    if (!isUtf8(text)) {
      const excerpt = text.toString('latin1', 0, 60).trimEnd();
      throw new Problem(
        'invalid_import',
        `Line ${line} is not UTF-8; read as Latin-1 (Windows-1252) it begins with ${JSON.stringify(excerpt)}. Save the file as UTF-8 and send it again. Nothing was imported.`,
      );
    }
    from = next;
  }
}
