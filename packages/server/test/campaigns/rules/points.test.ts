import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import {
  amountFault,
  boosted,
  exact,
  measureFault,
  shareOf,
  worthOf,
} from '../../../src/campaigns/rules/points.ts';

const d = (value: string | number) => new Decimal(value);

describe('points', () => {
  it('become 550 when 500 meet a multiplier of 10 %', () => {
    expect(boosted(d(500), d(10)).toFixed()).toBe('550');
    expect(boosted(d(500), d(0)).toFixed()).toBe('500');
  });

  it('are rounded to 4 places, half a unit up', () => {
    expect(boosted(d('0.0005'), d(10)).toFixed()).toBe('0.0006');
    expect(boosted(d('0.0004'), d(10)).toFixed()).toBe('0.0004');
    expect(shareOf(d('0.0001'), d(50)).toFixed()).toBe('0.0001');
    expect(shareOf(d('0.0001'), d(49)).toFixed()).toBe('0');
    expect(worthOf(d('2.99'), d(100)).toFixed()).toBe('299');
  });

  it('are rounded once, also where a product has more digits than the library keeps by default', () => {
    // 24103876935.43984999992: at 20 digits this would be 24103876935.43985, and then half a unit up.
    expect(worthOf(d('30260.4672692'), d('796546.7526')).toFixed()).toBe('24103876935.4398');
  });

  it.each([
    ['0', 'greater than zero'],
    ['-5', 'greater than zero'],
    ['NaN', 'greater than zero'],
    ['Infinity', 'greater than zero'],
    ['0.00001', 'at most 4 decimal places'],
    ['100000000000', 'at most 11 digits'],
    ['1234567890123456789012345678901234567890', 'at most 11 digits'],
  ])('cannot be %s', (amount, reason) => {
    expect(amountFault(d(amount))).toContain(reason);
    expect(amountFault(d(amount))?.length).toBeLessThan(150);
  });

  it('reach up to the last unit below 10^11, which a double holds', () => {
    const most = d('99999999999.9999');
    expect(amountFault(most)).toBeNull();
    expect(String(most.toNumber())).toBe('99999999999.9999');
  });

  it('are added without rounding', () => {
    const stock = '12345678901234567890.123456789012345678';
    expect(exact(stock).minus('0.000000000000000001').toFixed()).toBe(
      '12345678901234567890.123456789012345677',
    );
  });
});

describe('a score or a value', () => {
  it.each([
    'NaN',
    '-Infinity',
    '1e15',
    '1.234567890123456',
    '1234567890123456789012345678901234567890',
  ])('cannot be %s', (value) => {
    expect(measureFault('a value', d(value))).toMatch(/^Found a value of .* expected .*\.$/);
  });

  it.each(['0', '-3', '2.99', '999999999999999', '1e-20', '0.123456789012345'])('can be %s', (value) => {
    expect(measureFault('a value', d(value))).toBeNull();
  });
});
