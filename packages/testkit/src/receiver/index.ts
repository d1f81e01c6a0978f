export type { CertificateWish, IssuedCertificate, TestAuthority } from './certificates.ts';
export { createTestAuthority } from './certificates.ts';
export type { DeafPort } from './deaf-port.ts';
export { startDeafPort } from './deaf-port.ts';
export type { ConnectionStep, Receiver, ReceiverOptions } from './receiver.ts';
export { startReceiver } from './receiver.ts';
export type { ReceivedRequest } from './request-reader.ts';
export type { AnswerParts, Conversation, Step } from './steps.ts';
export {
  answer,
  answerAndClose,
  brokenChunks,
  compressionBomb,
  dripBody,
  dripHead,
  endlessBody,
  garbage,
  halfClose,
  hang,
  hangAfterHeaders,
  hugeBody,
  hugeHeaders,
  informational,
  notUtf8,
  raw,
  redirect,
  reset,
  wrongLength,
} from './steps.ts';
