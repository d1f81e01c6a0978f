import type { ApiDocument, Content, Schema } from './api-document.ts';
import { type Html, html, phrase } from './html.ts';

/** A schema as a list of fields; what has a name of its own is linked. */
export function schemaView(schema: Schema, document: ApiDocument, depth = 0): Html {
  const fields = fieldsOf(schema);
  if (fields === null) return html`<p>${kindOf(schema)}${limitsOf(schema)}</p>`;
  return html`<dl class="fields">${fields.map(([name, field]) => {
    const inner = depth < 4 ? innerView(field, document, depth) : html``;
    return html`<div><dt><code>${name}</code><span class="kind">${kindOf(field)}${limitsOf(field)}</span>${
      schema.required?.includes(name) ? html`<span class="must">required</span>` : null
    }</dt><dd>${phrase(field.description ?? '')}${inner}</dd></div>`;
  })}</dl>`;
}

/** The schema that a content has, whatever its media types. */
export function contentSchemas(content: Content | undefined): [mediaType: string, Schema][] {
  return Object.entries(content ?? {}).flatMap(([mediaType, { schema }]) =>
    schema ? [[mediaType, schema]] : [],
  );
}

function innerView(field: Schema, document: ApiDocument, depth: number): Html {
  if (field.$ref !== undefined) return html``;
  if (field.properties !== undefined) return schemaView(field, document, depth + 1);
  if (field.items?.properties !== undefined) return schemaView(field.items, document, depth + 1);
  const objects = (field.anyOf ?? field.oneOf ?? []).filter((option) => option.properties !== undefined);
  return html`${objects.map((option) => schemaView(option, document, depth + 1))}`;
}

function fieldsOf(schema: Schema): [string, Schema][] | null {
  if (schema.properties === undefined) return null;
  return Object.entries(schema.properties);
}

/** What a value is, in a word or two: "string (date-time)", "array of Event", "integer or null". */
export function kindOf(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) {
    return html`one of ${schema.enum.map((value, index) => html`${index > 0 ? ', ' : ''}<code>${JSON.stringify(value)}</code>`)}`;
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) {
    return html`${options.map((option, index) => html`${index > 0 ? ' or ' : ''}${kindOf(option)}`)}`;
  }
  if (schema.items !== undefined) return html`array of ${kindOf(schema.items)}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any value']);
  const format = schema.format === undefined ? '' : ` (${schema.format})`;
  return html`${types.join(' or ')}${format}`;
}

/** The bounds and the default of a value, to stand behind its kind. */
export function limitsOf(schema: Schema): string {
  const parts: string[] = [];
  const range = (least: number | undefined, most: number | undefined, unit: string) => {
    // Zod writes the bounds of a double's whole numbers, which say nothing to a reader.
    const low = least !== undefined && least > Number.MIN_SAFE_INTEGER ? least : undefined;
    const high = most !== undefined && most < Number.MAX_SAFE_INTEGER ? most : undefined;
    if (low !== undefined && high !== undefined) parts.push(`${low} to ${high}${unit}`);
    else if (low !== undefined) parts.push(`at least ${low}${unit}`);
    else if (high !== undefined) parts.push(`at most ${high}${unit}`);
  };
  range(schema.minimum, schema.maximum, '');
  range(schema.minLength, schema.maxLength, ' characters');
  range(schema.minItems, schema.maxItems, ' items');
  if (schema.default !== undefined) parts.push(`default ${JSON.stringify(schema.default)}`);
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}
