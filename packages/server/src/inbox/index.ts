export { type AnswerInput, type InboxAnswer, maxDelayMs } from './answer.ts';
export {
  type Inbox,
  type Inboxes,
  type InboxInput,
  type InboxMessage,
  type InboxRequest,
  maxInboxBodyBytes,
  openInboxes,
  type WebhookLookup,
} from './inboxes.ts';
