import { problemRegistry } from '../../problems.ts';
import type { ApiDocument, Operation, Schema } from './api-document.ts';
import { type Html, html, page, phrase, prose } from './html.ts';
import { contentSchemas, kindOf, limitsOf, schemaView } from './schema-view.ts';

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  readonly anchor: string;
}

/** The whole API on one page, written from its OpenAPI document. */
export function apiPage(document: ApiDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Entry => {
      const anchor = operation.operationId ?? `${method}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`;
      return { path, method, operation, anchor };
    }),
  );
  const groups = (document.tags ?? [])
    .map((tag) => ({ tag, entries: entries.filter(({ operation }) => operation.tags?.includes(tag.name)) }))
    .filter((group) => group.entries.length > 0);
  const schemas = Object.entries(document.components?.schemas ?? {});
  return page({
    title: `${document.info.title} ${document.info.version}`,
    navigation: html`${groups.map(
      ({ tag, entries: own }) =>
        html`<h2>${tag.name}</h2><ul>${own.map(
          ({ anchor, operation, path }) =>
            html`<li><a href="#${anchor}">${operation.summary ?? path}</a></li>`,
        )}</ul>`,
    )}<h2>Schemas</h2><ul>${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}</ul>`,
    main: html`<h1>${document.info.title}</h1>${prose(document.info.description)}
${groups.map(
  ({ tag, entries: own }) =>
    html`<section><h2>${tag.name}</h2>${prose(tag.description)}${own.map((entry) => operationView(entry, document))}</section>`,
)}
<section><h2>Schemas</h2>${schemas.map(
      ([name, schema]) =>
        html`<article id="schema-${name}"><h3>${name}</h3>${prose(schema.description)}${schemaView(schema, document)}${exampleOf(schema)}</article>`,
    )}</section>`,
  });
}

function operationView({ path, method, operation, anchor }: Entry, document: ApiDocument): Html {
  const bodies = contentSchemas(operation.requestBody?.content);
  const responses = Object.entries(operation.responses ?? {});
  return html`<article id="${anchor}"><h3>${operation.summary ?? path}</h3>
<p class="address"><span class="method ${method}">${method.toUpperCase()}</span><code>${path}</code>${
    operation.security === undefined ? html`<span class="kind">no token needed</span>` : null
  }</p>
${prose(operation.description)}
${
  operation.parameters === undefined || operation.parameters.length === 0
    ? null
    : html`<h4>Parameters</h4><dl class="fields">${operation.parameters.map(
        (parameter) =>
          html`<div><dt><code>${parameter.name}</code><span class="kind">${parameter.in}, ${kindOf(parameter.schema ?? {})}${limitsOf(parameter.schema ?? {})}</span>${
            parameter.required ? html`<span class="must">required</span>` : null
          }</dt><dd>${phrase(parameter.description ?? parameter.schema?.description ?? '')}</dd></div>`,
      )}</dl>`
}
${bodies.map(([, schema]) => html`<h4>Body</h4>${schemaView(schema, document)}${exampleOf(schema)}`)}
<h4>Answers</h4>${responses.map(([status, response]) => {
    const views = contentSchemas(response.content).filter(([mediaType]) => mediaType === 'application/json');
    const text = response.description === 'Default Response' ? '' : (response.description ?? '');
    const code = html`<span class="status">${status}</span>`;
    if (views.length === 0) return html`<p>${code} ${withLinks(text)}</p>`;
    return html`<details><summary>${code} ${phrase(text)}</summary>${views.map(([, schema]) => schemaView(schema, document))}</details>`;
  })}</article>`;
}

/** As `phrase`; the codes of problems lead to what they mean. */
function withLinks(text: string): Html {
  return html`${text
    .split('`')
    .map((piece, index) =>
      index % 2 === 0
        ? piece
        : Object.hasOwn(problemRegistry, piece)
          ? html`<a href="/docs/problems#${piece}"><code>${piece}</code></a>`
          : html`<code>${piece}</code>`,
    )}`;
}

function exampleOf(schema: Schema): Html {
  const example = schema.examples?.[0];
  if (typeof example !== 'object' || example === null) return html``;
  return html`<h4>Example</h4><pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre>`;
}
