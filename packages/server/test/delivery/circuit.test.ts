import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  afterSuccess,
  type Circuit,
  closedCircuit,
  heardCircuit,
  defaultCircuitPolicy as policy,
} from '../../src/delivery/circuit.ts';

const fail = (circuit: Circuit, now: number, random = 0.5) => afterFailure(circuit, { policy, now, random });

function opened(now = 20_000): Circuit {
  let circuit = closedCircuit;
  for (let n = 0; n < policy.failures; n++) circuit = fail(circuit, (now * n) / (policy.failures - 1));
  return circuit;
}

describe('a circuit', () => {
  it('stays closed for a burst of failures, however large, and opens when they last', () => {
    let circuit = closedCircuit;
    for (let n = 0; n < 1_000; n++) circuit = fail(circuit, 9_999);
    expect(circuit).toMatchObject({ state: 'closed', failures: 1_000, failingSince: 9_999 });
    expect(fail(circuit, 9_999 + policy.overMs)).toMatchObject({ state: 'open', failures: 1_001, probes: 0 });
  });

  it('stays closed for few failures, however long apart', () => {
    let circuit = closedCircuit;
    for (let n = 0; n < policy.failures - 1; n++) circuit = fail(circuit, n * 86_400_000);
    expect(circuit.state).toBe('closed');
    expect(fail(circuit, 10 * 86_400_000).state).toBe('open');
  });

  it('forgets failures at the first success', () => {
    expect(afterSuccess(fail(closedCircuit, 5), 32, true)).toEqual(closedCircuit);
  });

  it('probes at growing intervals, up to five minutes, and not sooner for what was under way when it opened', () => {
    let circuit = opened();
    expect(fail(circuit, circuit.probeAt - 1).probeAt).toBe(circuit.probeAt);
    const pauses: number[] = [circuit.probeAt - 20_000];
    for (let n = 0; n < 8; n++) {
      const at = circuit.probeAt;
      circuit = fail(circuit, at);
      pauses.push(circuit.probeAt - at);
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
    expect(fail(circuit, circuit.probeAt, 0).probeAt - circuit.probeAt).toBe(240_000);
  });

  it('lets twice as many through with each success, until all or nothing is left to send', () => {
    let circuit = afterSuccess(opened(), 32, true);
    const allowed: number[] = [];
    while (circuit.state === 'ramping') {
      allowed.push(circuit.allowed);
      circuit = afterSuccess(circuit, 32, true);
    }
    expect(allowed).toEqual([1, 2, 4, 8, 16]);
    expect(circuit).toEqual(closedCircuit);
    expect(afterSuccess(opened(), 32, false)).toEqual(closedCircuit);
  });

  it('opens again at the first failure while it ramps, and goes on where its pauses had come to', () => {
    let circuit = opened();
    circuit = fail(circuit, circuit.probeAt);
    const ramping = afterSuccess(circuit, 32, true);
    const again = fail(ramping, 100_000);
    expect(again).toMatchObject({ state: 'open', probes: 2 });
    expect(again.probeAt - 100_000).toBe(20_000);
  });

  it('does not wait for a time that the clock showed before it was set back by a day', () => {
    const dayMs = 86_400_000;
    const { probeAt, probes, failures, failingSince } = opened(2 * dayMs);
    const now = dayMs;
    const again = fail({ ...closedCircuit, state: 'open', probeAt, probes, failures, failingSince }, now);
    expect(again.probeAt - now).toBeLessThanOrEqual(1.2 * policy.longestProbeMs);
    expect(again.failingSince).toBe(now > (failingSince ?? 0) ? failingSince : now);
    const heard = { probeAt, probes, failures, failingSince };
    expect(heardCircuit(heard, { policy, now })).toMatchObject({ state: 'open', probeAt: now });
    expect(heardCircuit(heard, { policy, now: probeAt - 5_000 })).toMatchObject({ state: 'open', probeAt });
  });

  it('is never open without a time to probe, nor ramping without room, whatever happens', () => {
    const steps = fc.array(
      fc.record({
        ok: fc.boolean(),
        passMs: fc.nat(400_000),
        random: fc.double({ min: 0, max: 0.999, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 64 }), (history, limit) => {
        let circuit = closedCircuit;
        let now = 0;
        for (const { ok, passMs, random } of history) {
          now += passMs;
          circuit = ok ? afterSuccess(circuit, limit, true) : fail(circuit, now, random);
          if (circuit.state === 'open')
            expect(circuit.probeAt).toBeLessThanOrEqual(now + policy.longestProbeMs * 1.2);
          if (circuit.state === 'ramping') expect(circuit.allowed).toBeGreaterThan(0);
          if (circuit.state === 'ramping') expect(circuit.allowed).toBeLessThan(limit);
          if (ok && circuit.state === 'closed') expect(circuit).toEqual(closedCircuit);
        }
      }),
    );
  });
});
