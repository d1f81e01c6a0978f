import { stripVTControlCharacters } from 'node:util';

/** Paints text with ANSI colours, or leaves it as it is. */
export interface Palette {
  dim(text: string): string;
  bold(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
}

function paint(open: number, close: number): (text: string) => string {
  return (text) => `\u001b[${open}m${text}\u001b[${close}m`;
}

const plain = (text: string): string => text;

export function createPalette(colours: boolean): Palette {
  return colours
    ? {
        dim: paint(2, 22),
        bold: paint(1, 22),
        green: paint(32, 39),
        yellow: paint(33, 39),
        red: paint(31, 39),
        cyan: paint(36, 39),
      }
    : { dim: plain, bold: plain, green: plain, yellow: plain, red: plain, cyan: plain };
}

/**
 * Text from outside (names, messages) made safe for a terminal: no escape sequences that could move the
 * cursor or retitle the window, no line breaks.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{C}+/gu, ' ');
}

/** Exactly `width` characters: padded, or cut with an ellipsis. */
export function column(text: string, width: number): string {
  const shown = [...printable(text)];
  return shown.length > width ? `${shown.slice(0, width - 1).join('')}…` : shown.join('').padEnd(width);
}

/** 14:03:07, local time, as people reading a terminal expect. */
export function clockTime(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
