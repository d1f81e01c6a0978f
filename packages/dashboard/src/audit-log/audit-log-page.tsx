import { Page } from '../elements/index.ts';

export function AuditLogPage() {
  return <Page title="Audit Log Page">{null}</Page>;
}
