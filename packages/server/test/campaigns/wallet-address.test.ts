import { describe, expect, it } from 'vitest';
import { canonicalAccount } from '../../src/campaigns/index.ts';

/** The examples of EIP-55 (https://eips.ethereum.org/EIPS/eip-55). */
const examples = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x27b1fdb04752bbc536007a920d24acb045561c26',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];

describe('the address of an EVM wallet', () => {
  it.each(examples)('%s is stored in its checksum form however its letters were written', (address) => {
    const written = [address, address.toLowerCase(), `0x${address.slice(2).toUpperCase()}`];
    for (const name of written) {
      expect(canonicalAccount({ platform: ' Ethereum ', name: ` ${name} ` })).toEqual({
        platform: 'ethereum',
        name: address,
      });
    }
  });

  it.each([
    '0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe',
    '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg',
    'vitalik.eth',
  ])('%s is refused', (name) => {
    expect(canonicalAccount({ platform: 'polygon', name })).toEqual({
      fault: expect.stringContaining('expected an address on polygon'),
    });
  });

  it('is a name like any other on a platform that is no chain', () => {
    const name = '0x5AAEB6053F3E94C9b9A09f33669435E7Ef1BeAed';
    expect(canonicalAccount({ platform: 'Discord', name })).toEqual({ platform: 'discord', name });
  });
});
