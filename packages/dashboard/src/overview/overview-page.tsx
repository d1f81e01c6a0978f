import { frame } from '#strings/frame.ts';
import { Page } from '../elements/index.ts';

export function OverviewPage() {
  return <Page title={frame.pages.overview}>{null}</Page>;
}
