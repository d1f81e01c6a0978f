import { problemRegistry } from '../../problems.ts';
import { html, page } from './html.ts';

/** Every problem the API can answer with; the `type` of a problem document leads to its place here. */
export function problemsPage(): string {
  const problems = Object.entries(problemRegistry).sort(([, a], [, b]) => a.status - b.status);
  return page({
    title: 'Fanfare: problems',
    navigation: html`<h2>Problems</h2><ul>${problems.map(
      ([code]) => html`<li><a href="#${code}">${code}</a></li>`,
    )}</ul>`,
    main: html`<h1>Problems</h1>
<p>Whatever goes wrong is answered as a problem document (RFC 9457) with the content type <code>application/problem+json</code>. <code>code</code> is for programs and never changes; <code>detail</code> is for people and says what was found, what was expected and what to do; <code>errors</code> names each fault in a body by its JSON Pointer. The codes:</p>
${problems.map(
  ([code, { status, title }]) =>
    html`<article id="${code}"><h2><code>${code}</code></h2><p>${title}.</p><p class="kind">Status ${status}. ${advice(status)}</p></article>`,
)}`,
  });
}

function advice(status: number): string {
  if (status === 503) return 'Nothing was promised: repeat the request after the seconds in Retry-After.';
  if (status >= 500) return 'Not your fault: report it with its request_id.';
  if (status === 401) return 'Check the API token.';
  if (status === 408) return 'May be repeated.';
  if (status === 429) return 'Repeat the request after the seconds in Retry-After.';
  return 'Repeating the same request changes nothing: change it first.';
}
