import { Paper, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { auditLog as text } from '#strings/audit-log.ts';
import { Nothing, Page } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { EntryDrawer } from './entry-drawer.tsx';
import { EntryList } from './entry-list.tsx';
import { Exports } from './exports.tsx';
import { Filters } from './filters.tsx';
import { type AuditFilter, filterOf } from './search.ts';
import { useVerification, VerificationResult, VerifyButton } from './verification.tsx';

const route = getRouteApi('/signed-in/audit-log');

export function AuditLogPage() {
  const may = useMay('audit');
  if (!may) {
    return (
      <Page title={text.title}>
        <Paper withBorder radius="md">
          <Nothing {...text.notYours} />
        </Paper>
      </Page>
    );
  }
  return <AuditLog />;
}

function AuditLog() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const verification = useVerification();
  const filter = filterOf(search);
  const setFilter = (next: AuditFilter) => void navigate({ search: next, replace: true, resetScroll: false });
  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        <>
          <VerifyButton verification={verification} />
          <Exports filter={filter} />
        </>
      }
    >
      <Stack>
        <VerificationResult verification={verification} />
        <Filters filter={filter} onChange={setFilter} />
        <EntryList filter={filter} onClear={() => setFilter({})} />
      </Stack>
      <EntryDrawer
        entry={search.entry ?? null}
        at={search.at ?? null}
        onClose={() => setFilter(filter)}
        onFilter={setFilter}
      />
    </Page>
  );
}
