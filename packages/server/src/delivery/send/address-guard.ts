import { isAllowedAddress, literalAddress } from '../../webhooks/index.ts';
import { dnsFailure, OpeningFailure } from './failures.ts';
import type { Resolve } from './resolver.ts';

/** A name with more addresses than this is tried on the first ones only. */
const maxAddresses = 8;

export interface AddressGuard {
  /** The address a host spells out, checked; null when the host is a name that must be looked up. */
  literal(hostname: string): string | null;
  /** Looks a name up once and gives the addresses that may be connected to, at least one. */
  lookUp(hostname: string): Promise<readonly string[]>;
}

/**
 * Decides which addresses a request may go to. Its answers are addresses, not names: the connector dials
 * exactly these, so a DNS answer that changes after the check (rebinding) has nothing left to change.
 */
export function createAddressGuard(options: {
  allowPrivateTargets: boolean;
  resolve: Resolve;
}): AddressGuard {
  const allowed = (address: string): boolean => isAllowedAddress(address, options);
  return {
    literal(hostname) {
      const address = literalAddress(hostname);
      if (address !== null && !allowed(address)) throw blocked([address]);
      return address;
    },
    async lookUp(hostname) {
      let found: readonly string[];
      try {
        found = await options.resolve(hostname);
      } catch (error) {
        throw dnsFailure(error);
      }
      if (found.length === 0) throw new OpeningFailure('dns_failed', 'the lookup gave no address');
      const open = found.filter(allowed);
      if (open.length === 0) throw blocked(found);
      return open.slice(0, maxAddresses);
    },
  };
}

/** The addresses go to the log alone: to the owner they would map the network we stand in. */
function blocked(addresses: readonly string[]): OpeningFailure {
  return new OpeningFailure('blocked_address', `not public: ${addresses.slice(0, maxAddresses).join(', ')}`);
}
