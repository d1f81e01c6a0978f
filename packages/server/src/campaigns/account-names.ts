import type { Account } from './rules/index.ts';
import { checksumAddress } from './wallet-address.ts';

/** Platforms on which an account is an address with a checksum (EIP-55). */
const evmPlatforms: ReadonlySet<string> = new Set([
  'arbitrum',
  'avalanche',
  'base',
  'blast',
  'bsc',
  'celo',
  'ethereum',
  'evm',
  'fantom',
  'gnosis',
  'linea',
  'mantle',
  'optimism',
  'polygon',
  'scroll',
  'zksync',
]);
/** Other platforms on which an account is a wallet. Their addresses are kept as they are written. */
const otherWalletPlatforms: ReadonlySet<string> = new Set([
  'aptos',
  'bitcoin',
  'cosmos',
  'near',
  'solana',
  'starknet',
  'sui',
  'ton',
  'tron',
]);

/**
 * An account as it is stored and looked up: the platform in small letters, the name without space around it, the
 * address of an EVM wallet in its checksum form. Or why there can be no such account.
 */
export function canonicalAccount(account: Account): Account | { readonly fault: string } {
  const platform = account.platform.trim().toLowerCase();
  const name = account.name.trim();
  if (name === '' || platform === '') return { fault: 'Found a blank platform or name; expected both.' };
  if (!evmPlatforms.has(platform)) return { platform, name };
  const address = checksumAddress(name);
  if (address !== null) return { platform, name: address };
  return {
    fault: `Found "${name.slice(0, 60)}", expected an address on ${platform}: 0x and 40 hexadecimal digits, in small letters or with the right checksum (EIP-55). Check it for a slip.`,
  };
}

export function isWallet({ platform }: Account): boolean {
  return evmPlatforms.has(platform) || otherWalletPlatforms.has(platform);
}
