import { describe, expect, it } from 'vitest';
import { waitFor } from '../src/index.ts';

describe('waitFor', () => {
  it('gives the first truthy value', async () => {
    let calls = 0;
    const third = (): string | null => {
      calls += 1;
      return calls === 3 ? `call ${calls}` : null;
    };
    const value = await waitFor(third, { what: 'the third call' });
    expect(value).toBe('call 3');
  });

  it('says what it waited for, how long, and what it saw last', async () => {
    await expect(waitFor(() => 0, { timeoutMs: 20, what: 'a row' })).rejects.toThrow(
      'Waited 20 ms in vain for a row (last seen: 0).',
    );
  });

  it('tries again after an error, and names the last one', async () => {
    const failing = (): boolean => {
      throw new Error('no table yet');
    };
    await expect(waitFor(failing, { timeoutMs: 20, what: 'a table' })).rejects.toThrow(
      'last error: Error: no table yet',
    );
  });
});
