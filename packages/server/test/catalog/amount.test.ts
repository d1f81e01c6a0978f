import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountFault, exactAmount } from '../../src/catalog/index.ts';

const digits = (least: number, most: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
    .map((list) => list.join(''));
const amounts = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 39n }), digits(1, 18))
  .map(([whole, part]) => `${whole}.${part}`);

test('exact amounts agree with decimal arithmetic, to the last place', () => {
  const Exact = Decimal.clone({ precision: 100, toExpPos: 100 });
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(amountFault(amount, 18)).toBeNull();
      expect(exactAmount(amount, 18)).toBe(new Exact(amount).toFixed(18));
    }),
  );
});

test('an amount is refused exactly when rounding it to the unit would change it', () => {
  const Exact = Decimal.clone({ precision: 100 });
  fc.assert(
    fc.property(amounts, (amount) => {
      const exact = new Exact(amount).toDecimalPlaces(4).equals(amount);
      expect(amountFault(amount, 4) === null).toBe(exact);
      if (exact) expect(exactAmount(amount, 4)).toBe(new Exact(amount).toFixed(4));
    }),
  );
});

test('an exact amount stays as it is', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      const exact = exactAmount(amount, 18);
      expect(exactAmount(exact, 18)).toBe(exact);
    }),
  );
});

test('an amount finer than its unit is never cut silently', () => {
  expect(() => exactAmount('0.00001', 4)).toThrow(/finer than its unit/);
});
