import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeasedDelivery } from '../../src/delivery/leased-delivery.ts';
import { Lines } from '../../src/delivery/lines.ts';
import { newId, type Uuid, uuidOf } from '../../src/ids.ts';

const line = (): Uuid => uuidOf(newId('usr'));
const delivery = (name: string) => ({ webhookName: name }) as LeasedDelivery;
const names = (deliveries: readonly LeasedDelivery[]) => deliveries.map(({ webhookName }) => webhookName);

describe('lines', () => {
  it('have one under way each, and take turns', () => {
    const lines = new Lines();
    const [a, b] = [line(), line()];
    for (const name of ['a1', 'a2', 'a3']) lines.push(a, delivery(name));
    lines.push(b, delivery('b1'));
    expect(lines.shift()?.webhookName).toBe('a1');
    expect(lines.shift()?.webhookName).toBe('b1');
    expect(lines.ready).toBe(false);
    expect(lines.shift()).toBeUndefined();
    expect(lines.size).toBe(2);
    expect(lines.ended(a, true)).toEqual([]);
    expect(lines.shift()?.webhookName).toBe('a2');
    expect(lines.ended(b, true)).toEqual([]);
    expect(lines.holds(b)).toBe(false);
    expect(lines.holds(a)).toBe(true);
  });

  it('give back what stands behind one that is not over', () => {
    const lines = new Lines();
    const a = line();
    for (const name of ['a1', 'a2', 'a3']) lines.push(a, delivery(name));
    lines.shift();
    expect(names(lines.ended(a, false))).toEqual(['a2', 'a3']);
    expect(lines.size).toBe(0);
    expect(lines.holds(a)).toBe(false);
  });

  it('know what is under way after everything else was taken away', () => {
    const lines = new Lines();
    const a = line();
    for (const name of ['a1', 'a2']) lines.push(a, delivery(name));
    lines.shift();
    expect(names(lines.drain())).toEqual(['a2']);
    lines.push(a, delivery('a2'));
    expect(lines.ready).toBe(false);
    lines.ended(a, true);
    expect(lines.shift()?.webhookName).toBe('a2');
  });

  it('keep every line in its order, whatever happens between', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), line: fc.nat(3) }),
      fc.record({ kind: fc.constant('shift' as const) }),
      fc.record({ kind: fc.constant('end' as const), pick: fc.nat(3), over: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const ids = [line(), line(), line(), line()];
        const lines = new Lines();
        const waiting: number[][] = [[], [], [], []];
        const underWay = new Map<number, number>();
        let next = 0;
        for (const one of steps) {
          if (one.kind === 'push') {
            const n = next++;
            waiting[one.line]?.push(n);
            lines.push(ids[one.line] ?? '', { attempts: n, webhookName: String(one.line) } as LeasedDelivery);
          } else if (one.kind === 'shift') {
            const taken = lines.shift();
            if (taken === undefined) {
              expect(waiting.every((all, of) => all.length === 0 || underWay.has(of))).toBe(true);
              continue;
            }
            const of = Number(taken.webhookName);
            expect(underWay.has(of)).toBe(false);
            expect(taken.attempts).toBe(waiting[of]?.shift());
            underWay.set(of, taken.attempts);
          } else {
            const of = [...underWay.keys()][one.pick];
            if (of === undefined) continue;
            underWay.delete(of);
            const behind = lines.ended(ids[of] ?? '', one.over);
            if (one.over) expect(behind).toEqual([]);
            else expect(behind.map(({ attempts }) => attempts)).toEqual(waiting[of]?.splice(0));
          }
        }
        expect(lines.size).toBe(waiting.flat().length);
      }),
    );
  });
});
