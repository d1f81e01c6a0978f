import { Page } from '../elements/index.ts';

export function SettingsPage() {
  return <Page title="Settings Page">{null}</Page>;
}
