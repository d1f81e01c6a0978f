import { expect, test } from 'vitest';
import { headerFault, headerLines, headersFrom } from '../src/inboxes/header-lines.ts';

test('headers are read as they were written, one a line', () => {
  const headers = { 'Retry-After': '30', 'X-Note': 'a: b' };
  expect(headerLines(headers)).toBe('Retry-After: 30\nX-Note: a: b');
  expect(headersFrom(headerLines(headers))).toEqual(headers);
  expect(headersFrom('\n  A:1  \n\nB:\n')).toEqual({ A: '1', B: '' });
  expect(headerFault(headerLines(headers))).toBeNull();
});

test('a line that is no header is named', () => {
  expect(headerFault('A: 1\nno colon')).toMatch(/“no colon”/);
  expect(headerFault('two words: 1')).toMatch(/“two words: 1”/);
});
