import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** WCAG 2.2 at the levels A and AA, and what axe's authors advise besides. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Throws what axe finds on the page once it has its heading, each with the elements and what to do. */
export async function requireAccessible(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  // As the debugger evaluates it: the page's own Content-Security-Policy lets no script in.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: tags, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${options})`);
  if (violations.length === 0) return;
  throw new Error(`axe finds on ${page.url()}:\n${violations.map(described).join('\n')}`);
}

function described({ id, impact, help, helpUrl, nodes }: axe.Result): string {
  const places = nodes.map(({ target, html, failureSummary = '' }) => {
    const todo = failureSummary
      .split('\n')
      .slice(1)
      .map((line) => `      ${line.trim()}`);
    return [`    ${target.join(' ')}`, `      ${html.slice(0, 200)}`, ...todo].join('\n');
  });
  return [`  ${impact ?? 'minor'}: ${help} (${id}, ${helpUrl})`, ...places].join('\n');
}
