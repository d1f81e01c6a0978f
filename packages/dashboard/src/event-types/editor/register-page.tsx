import { eventTypeEditor as text } from '#strings/event-type-editor.ts';
import { frame } from '#strings/frame.ts';
import { Page } from '../../elements/index.ts';
import { EditorForm } from './editor-form.tsx';

export function RegisterPage() {
  return (
    <Page title={text.registerTitle} crumbs={[{ label: frame.pages.eventTypes, to: '/event-types' }]}>
      <EditorForm />
    </Page>
  );
}
