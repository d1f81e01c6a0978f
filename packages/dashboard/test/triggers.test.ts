import { describe, expect, it } from 'vitest';
import { worth } from '../src/triggers/worth.ts';

describe('what a trigger’s value is worth', () => {
  it.each([
    ['2.99', '10', '29.9'],
    ['0.1', '0.2', '0.02'],
    ['3', '7', '21'],
    ['0.00005', '1', '0.0001'],
    ['0.00004', '1', '0'],
    ['-0.00005', '1', '-0.0001'],
    ['-2.5', '2', '-5'],
    ['123456789.012345', '99999.9999', '12345678888888.8211'],
    ['5.', '2', '10'],
  ])('%s × %s is %s', (value, rate, points) => {
    expect(worth(value, rate)).toBe(points);
  });

  it('is unknown while one of them is no number', () => {
    expect(worth('', '10')).toBeNull();
    expect(worth('2.99', '-')).toBeNull();
    expect(worth('1e3', '10')).toBeNull();
  });
});
