/** What goes through waits for `passed`, which resolves once the gate is open. */
export interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

export const openGate: Gate = { passed: Promise.resolve(), open: () => undefined };

export function shutGate(): Gate {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
