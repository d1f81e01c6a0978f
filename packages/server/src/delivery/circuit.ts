/**
 * Whether a receiver is worth its lane's full number of requests.
 *
 * - `closed`: all is well, or not known to be otherwise;
 * - `open`: it failed again and again; one request at a time finds out whether it is back, at growing intervals, and
 *   everything else waits without using up its attempts;
 * - `ramping`: it answered; it gets twice as many requests at a time with each acknowledgement, until it has them all.
 */
export interface Circuit {
  readonly state: 'closed' | 'open' | 'ramping';
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** Of the first of them, wall clock in ms; null without any. */
  readonly failingSince: number | null;
  /** Requests that failed since it opened. */
  readonly probes: number;
  /** While open: when the next request may leave, wall clock in ms. */
  readonly probeAt: number;
  /** While ramping: requests at a time. */
  readonly allowed: number;
}

export interface CircuitPolicy {
  /** So many failures in a row, … */
  readonly failures: number;
  /** … over so long: a burst to a receiver that restarts says little. */
  readonly overMs: number;
  readonly firstProbeMs: number;
  readonly longestProbeMs: number;
}

export const defaultCircuitPolicy: CircuitPolicy = {
  failures: 10,
  overMs: 10_000,
  firstProbeMs: 5_000,
  longestProbeMs: 300_000,
};

export const closedCircuit: Circuit = {
  state: 'closed',
  failures: 0,
  failingSince: null,
  probes: 0,
  probeAt: 0,
  allowed: 0,
};

const probeFactor = 2;
const probeJitter = 0.2;

/** `random` is uniform in [0, 1). */
export function afterFailure(
  circuit: Circuit,
  { policy, now, random }: { readonly policy: CircuitPolicy; readonly now: number; readonly random: number },
): Circuit {
  const failures = circuit.failures + 1;
  // A clock that was set back must not make it last until it has caught up.
  const failingSince = Math.min(circuit.failingSince ?? now, now);
  const begun = { ...circuit, failures, failingSince };
  if (circuit.state === 'closed' && (failures < policy.failures || now - failingSince < policy.overMs)) {
    return begun;
  }
  // What was under way when it opened tells nothing new.
  if (circuit.state === 'open' && now < circuit.probeAt && isPlausible(circuit, policy, now)) return begun;
  const probes = circuit.state === 'closed' ? 0 : circuit.probes + 1;
  const pause = Math.min(policy.longestProbeMs, policy.firstProbeMs * probeFactor ** Math.min(probes, 30));
  const spread = 1 - probeJitter + 2 * probeJitter * random;
  return { ...begun, state: 'open', probes, probeAt: now + Math.round(pause * spread), allowed: 0 };
}

/** What was written down of an open circuit, perhaps by another clock: a probe is never further away than there are pauses. */
export function heardCircuit(
  down: Pick<Circuit, 'failures' | 'failingSince' | 'probes' | 'probeAt'>,
  { policy, now }: { readonly policy: CircuitPolicy; readonly now: number },
): Circuit {
  const circuit: Circuit = { ...closedCircuit, ...down, state: 'open' };
  return isPlausible(circuit, policy, now) ? circuit : { ...circuit, probeAt: now };
}

/** Not so after the clock was set back. */
function isPlausible({ probeAt }: Circuit, { longestProbeMs }: CircuitPolicy, now: number): boolean {
  return probeAt - now <= longestProbeMs * (1 + probeJitter);
}

/** `limit`: how many requests at a time a healthy lane has. `waiting`: something is left to send. */
export function afterSuccess(circuit: Circuit, limit: number, waiting: boolean): Circuit {
  if (circuit.state === 'closed') return circuit.failures === 0 ? circuit : closedCircuit;
  const allowed = circuit.state === 'open' ? 1 : circuit.allowed * 2;
  if (!waiting || allowed >= limit) return closedCircuit;
  return { ...circuit, state: 'ramping', allowed };
}
