import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** An address for a name, always the same: made as from a public key, the last 20 bytes of a Keccak-256 hash. */
export function walletOf(name: string): string {
  return withChecksum(keccakHex(name).slice(-40));
}

/** EIP-55: a letter is a capital where the hash of the digits has 8 or more. */
function withChecksum(digits: string): string {
  const hash = keccakHex(digits);
  const written = [...digits].map((digit, at) =>
    Number.parseInt(hash.charAt(at), 16) > 7 ? digit.toUpperCase() : digit,
  );
  return `0x${written.join('')}`;
}

function keccakHex(text: string): string {
  return bytesToHex(keccak_256(utf8ToBytes(text)));
}
