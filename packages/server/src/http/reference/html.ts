/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | readonly Part[];

/** A template whose parts are escaped, unless they are HTML themselves. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, index) => text + written(parts[index - 1] ?? null) + string));
}

function written(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(written).join('');
  return escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Prose as the API's descriptions have it: paragraphs, and `code` between backticks. */
export function prose(text: string | undefined): Html {
  if (text === undefined) return html``;
  return html`${text.split('\n\n').map((paragraph) => html`<p>${phrase(paragraph)}</p>`)}`;
}

export function phrase(text: string): Html {
  return html`${text.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}

/** In the page itself: browsers ask for a file of their own otherwise. */
const icon = `data:image/svg+xml,${encodeURIComponent(
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path d='M2 6v4l9 4V2zM12 5l3-2v10l-3-2z' fill='#3b49df'/></svg>",
)}`;

/** A whole page. It holds no script and loads nothing but its style sheet. */
export function page(content: { title: string; navigation: Html; main: Html }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${content.title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><a class="brand" href="/docs/api">Fanfare</a><nav aria-label="Documents"><a href="/docs/api">API</a><a href="/docs/problems">Problems</a><a href="/openapi.json">openapi.json</a></nav></header>
<div class="columns">
<nav class="contents" aria-label="On this page">${content.navigation}</nav>
<main id="main">${content.main}</main>
</div>
</body>
</html>
`.text;
}
