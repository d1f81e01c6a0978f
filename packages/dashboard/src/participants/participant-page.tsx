import { Page } from '../elements/index.ts';

export function ParticipantPage() {
  return <Page title="Participant Page">{null}</Page>;
}
