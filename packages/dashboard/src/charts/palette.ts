/** What a colour means is the same in every chart. */
export type Tone = 'main' | 'good' | 'bad' | 'warn' | 'soft';

/** The colour of a tone in the colours that the page has now (`charts.css`), as a canvas needs it. */
export function colorOf(tone: Tone): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--chart-${tone}`).trim();
}

export function inkColor(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--chart-ink').trim();
}

export function lineColor(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--chart-line').trim();
}
