import { Page } from '../elements/index.ts';

export function TeamPage() {
  return <Page title="Team Page">{null}</Page>;
}
