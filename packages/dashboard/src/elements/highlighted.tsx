import bash from 'highlight.js/lib/languages/bash';
import go from 'highlight.js/lib/languages/go';
import http from 'highlight.js/lib/languages/http';
import json from 'highlight.js/lib/languages/json';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import { createLowlight } from 'lowlight';
import { Fragment, type ReactNode, useMemo } from 'react';
import type { Language } from './source-text.tsx';

const lowlight = createLowlight({ bash, go, http, json, php, python, typescript });

type Node = ReturnType<typeof lowlight.highlight>['children'][number];

/** Text with its words in colours: elements made one by one, never HTML. */
export default function Highlighted({
  value,
  language,
}: {
  readonly value: string;
  readonly language: Exclude<Language, 'plain'>;
}) {
  const tree = useMemo(() => lowlight.highlight(language, value), [value, language]);
  return <>{tree.children.map(shown)}</>;
}

function shown(node: Node, index: number): ReactNode {
  if (node.type === 'text') return <Fragment key={index}>{node.value}</Fragment>;
  if (node.type !== 'element') return null;
  const { className } = node.properties;
  return (
    <span key={index} className={Array.isArray(className) ? className.join(' ') : undefined}>
      {node.children.map(shown)}
    </span>
  );
}
