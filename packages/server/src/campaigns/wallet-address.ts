import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const form = /^0x[0-9a-fA-F]{40}$/;

/**
 * The checksum form of an Ethereum address (EIP-55): a letter is a capital where the Keccak-256 hash of the address in
 * small letters has a hexadecimal digit of 8 or more. Null for what is no address, or is written with a checksum that
 * does not fit: capitals and small letters mixed in another way are a slip in typing.
 */
export function checksumAddress(text: string): string | null {
  if (!form.test(text)) return null;
  const digits = text.slice(2);
  const small = digits.toLowerCase();
  const hash = bytesToHex(keccak_256(utf8ToBytes(small)));
  const canonical = small.replace(/[a-f]/g, (letter, at: number) =>
    Number.parseInt(hash[at] ?? '0', 16) >= 8 ? letter.toUpperCase() : letter,
  );
  const unmixed = digits === small || digits === digits.toUpperCase();
  return unmixed || digits === canonical ? `0x${canonical}` : null;
}
