import { Alert } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { eventTypeEditor as text } from '#strings/event-type-editor.ts';
import { frame } from '#strings/frame.ts';
import { useRead } from '../../api/index.ts';
import { Page, Problem } from '../../elements/index.ts';
import { PagePlaceholder } from '../../frame/index.ts';
import { EditorForm } from './editor-form.tsx';

const route = getRouteApi('/signed-in/event-types/$type/edit');

export function EditPage() {
  const { type } = route.useParams();
  const found = useRead('/v1/event-types/{type}', { path: { type } });
  const crumbs = [
    { label: frame.pages.eventTypes, to: '/event-types' },
    { label: type, to: '/event-types/$type', params: { type } },
  ] as const;
  return (
    <Page title={text.editTitle(type)} crumbs={crumbs}>
      {found.error !== null ? (
        <Problem error={found.error} again={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <PagePlaceholder />
      ) : found.data.origin === 'catalogue' ? (
        <Alert color="blue" variant="light">
          {text.notYours}
        </Alert>
      ) : (
        <EditorForm key={found.data.type} eventType={found.data} />
      )}
    </Page>
  );
}
