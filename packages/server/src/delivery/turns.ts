import type { OrganizationId } from '../ids.ts';
import type { Lane } from './lane.ts';

/** Failures in a row after which a lane lets others go first. */
const doubtfulFailures = 3;

export function isFailing({ slow, circuit }: Lane): boolean {
  return !slow && circuit.failures >= doubtfulFailures;
}

/** One turn in so many is of a lane that fails, however many others wait. */
const turnsOfAll = 4;

/**
 * Lanes that could start an attempt now, in the order of their turns.
 *
 * Organizations take turns, and the lanes of each among themselves: an event that goes to thousands of webhooks of one
 * organization holds up its own lanes and nobody else's. Lanes that fail get one turn in four as long as others wait:
 * when a thousand receivers went down at once, it takes a while until each of their circuits is open.
 */
export class Turns {
  readonly #well = new Ring();
  readonly #failing = new Ring();
  readonly #slow = new Ring();
  #turn = 0;

  /** At the end, unless it has a turn already. */
  add(lane: Lane): void {
    const ring = this.#ringOf(lane);
    for (const other of [this.#well, this.#failing, this.#slow]) if (other !== ring) other.delete(lane);
    ring.add(lane);
  }

  delete(lane: Lane): void {
    for (const ring of [this.#well, this.#failing, this.#slow]) ring.delete(lane);
  }

  /** Whose turn it is, of those that fail or are slow only if there are places for such. */
  take(free: { readonly failing: boolean; readonly slow: boolean }): Lane | undefined {
    this.#turn = (this.#turn + 1) % turnsOfAll;
    const others = () =>
      (free.failing ? this.#failing.take() : undefined) ?? (free.slow ? this.#slow.take() : undefined);
    return this.#turn === 0 ? (others() ?? this.#well.take()) : (this.#well.take() ?? others());
  }

  clear(): void {
    for (const ring of [this.#well, this.#failing, this.#slow]) ring.clear();
  }

  #ringOf(lane: Lane): Ring {
    if (lane.slow) return this.#slow;
    return isFailing(lane) ? this.#failing : this.#well;
  }
}

/** Organizations in turn, the lanes of each in turn. */
class Ring {
  readonly #byOrganization = new Map<OrganizationId | null, Set<Lane>>();

  add(lane: Lane): void {
    const lanes = this.#byOrganization.get(lane.organizationId);
    if (lanes !== undefined) lanes.add(lane);
    else this.#byOrganization.set(lane.organizationId, new Set([lane]));
  }

  delete(lane: Lane): void {
    const lanes = this.#byOrganization.get(lane.organizationId);
    if (lanes?.delete(lane) === true && lanes.size === 0) this.#byOrganization.delete(lane.organizationId);
  }

  /** The organization goes to the end. */
  take(): Lane | undefined {
    for (const [organizationId, lanes] of this.#byOrganization) {
      this.#byOrganization.delete(organizationId);
      for (const lane of lanes) {
        lanes.delete(lane);
        if (lanes.size > 0) this.#byOrganization.set(organizationId, lanes);
        return lane;
      }
    }
    return undefined;
  }

  clear(): void {
    this.#byOrganization.clear();
  }
}
