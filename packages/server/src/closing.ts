/** What has been opened, to be closed in the opposite order. */
export interface Closing {
  /** `close` runs once, after everything opened later is closed. */
  add(name: string, close: () => Promise<unknown> | unknown): void;
  /** Closes everything; a part that fails to close is told and does not keep the others open. */
  closeAll(): Promise<void>;
}

export function createClosing(onFailed: (name: string, error: unknown) => void): Closing {
  const opened: { name: string; close: () => Promise<unknown> | unknown }[] = [];
  let closing: Promise<void> | null = null;

  async function closeInTurn(): Promise<void> {
    for (;;) {
      const last = opened.pop();
      if (last === undefined) return;
      try {
        await last.close();
      } catch (error) {
        onFailed(last.name, error);
      }
    }
  }

  return {
    add(name, close) {
      opened.push({ name, close });
    },
    closeAll() {
      closing ??= closeInTurn();
      return closing;
    },
  };
}
