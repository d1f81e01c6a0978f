import type { OrganizationId } from '../ids.ts';
import type { Lane } from './lane.ts';

/** Failures in a row after which a lane lets others go first. */
const doubtfulFailures = 3;
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
  #turn = 0;

  /** At the end, unless it has a turn already. */
  add(lane: Lane): void {
    const fails = lane.circuit.failures >= doubtfulFailures;
    (fails ? this.#well : this.#failing).delete(lane);
    (fails ? this.#failing : this.#well).add(lane);
  }

  delete(lane: Lane): void {
    this.#well.delete(lane);
    this.#failing.delete(lane);
  }

  /** Whose turn it is. */
  take(): Lane | undefined {
    this.#turn = (this.#turn + 1) % turnsOfAll;
    const [first, second] = this.#turn === 0 ? [this.#failing, this.#well] : [this.#well, this.#failing];
    return first.take() ?? second.take();
  }

  clear(): void {
    this.#well.clear();
    this.#failing.clear();
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
