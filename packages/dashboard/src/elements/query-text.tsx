import { elements as text } from '#strings/elements.ts';
import { SourceText } from './source-text.tsx';

/** What a request without a body carries: the query of its URL, a name and its value in each line. Nothing where there is none. */
export function QueryText({ url }: { readonly url: string }) {
  const start = url.indexOf('?');
  const pairs = start < 0 ? [] : [...new URLSearchParams(url.slice(start))];
  if (pairs.length === 0) return null;
  return (
    <SourceText
      value={pairs.map(([name, value]) => `${name} = ${value}`).join('\n')}
      language="plain"
      what={text.query.what}
      title={text.query.title}
      maxHeight={560}
    />
  );
}
