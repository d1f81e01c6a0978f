import { Page } from '../elements/index.ts';

export function ParticipantList() {
  return <Page title="Participant List">{null}</Page>;
}
