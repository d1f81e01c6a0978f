import { lazy, type ReactNode, Suspense, useState, useSyncExternalStore } from 'react';

/** Something to decide before it goes on. */
export interface Question {
  readonly title: string;
  readonly body: ReactNode;
  /** On the button that says yes. */
  readonly confirm: string;
  readonly cancel: string;
  readonly destructive: boolean;
  /** Once; no when the dialog is closed in any other way. */
  readonly answer: (yes: boolean) => void;
}

let asked: Question | null = null;
const listeners = new Set<() => void>();

function put(question: Question | null): void {
  asked = question;
  for (const tell of listeners) tell();
}

/** Shows it over the page; one that is still open is answered with no. */
export function ask(question: Question): void {
  asked?.answer(false);
  put(question);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const QuestionDialog = lazy(() => import('./question-dialog.tsx'));

/** Where questions appear, once on every page. The dialog is loaded with the first of them. */
export function Questions() {
  const question = useSyncExternalStore(listen, () => asked);
  const decide = (yes: boolean) => {
    put(null);
    question?.answer(yes);
  };
  // It stays after the first question, so that the dialog can close as dialogs do.
  const [everAsked, setEverAsked] = useState(false);
  if (question !== null && !everAsked) setEverAsked(true);
  return <Suspense>{everAsked && <QuestionDialog question={question} decide={decide} />}</Suspense>;
}
