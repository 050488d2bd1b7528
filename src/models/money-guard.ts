// The money limit of a run: what is recorded and reserved, and would be reserved by the next call, stays within it.

import { WatersmeetError } from '../core/failures.js';
import type { Store } from '../store/store.js';

/** Ends with the first of `settle` and `cancel`. */
export interface Reservation {
  /** The call was answered and cost so much. */
  settle(cost: number): void;
  /** Nothing was spent. */
  cancel(): void;
  /** The claim was a dead process's: what the store had reserved for it is this reservation now. */
  tookOver(): void;
}

export interface MoneyGuard {
  /** Reserves US dollars for one call; waits for calls in flight where their reservations alone are in the way. Throws WatersmeetError 'limit.money'. Costs no query after the run's first call. */
  reserve(runId: string, cost: number): Promise<Reservation>;
}

const NOTHING: Reservation = { settle: () => undefined, cancel: () => undefined, tookOver: () => undefined };

/** A sum of dollars that is over the limit by less than this is a rounding error. */
const ROUNDING = 1e-9;

/** US dollars of one run. */
interface Sums {
  recorded: number;
  /** By claims of dead processes: perhaps paid, until they are taken over. */
  inherited: number;
  /** By calls of this process that are in flight. */
  reserved: number;
  /** Told when a call of this process ends. */
  readonly ends: (() => void)[];
}

export function createMoneyGuard(store: Pick<Store, 'spent'>, moneyLimit: (runId: string) => number | undefined): MoneyGuard {
  const sums = new Map<string, Promise<Sums>>();

  function sumsOf(runId: string): Promise<Sums> {
    let known = sums.get(runId);
    if (known === undefined) {
      known = store.spent(runId).then((spent) => ({ recorded: spent.recorded, inherited: spent.reserved, reserved: 0, ends: [] }));
      sums.set(runId, known);
      known.catch(() => sums.delete(runId));
    }
    return known;
  }

  return {
    async reserve(runId, cost) {
      if (cost === 0) return NOTHING;
      const sum = await sumsOf(runId);
      for (;;) {
        const limit = moneyLimit(runId);
        const reserved = sum.inherited + sum.reserved;
        if (limit === undefined || sum.recorded + reserved + cost <= limit + ROUNDING) break;
        // Calls in flight mostly cost less than they reserve: the run is over its limit only when they have ended.
        if (sum.reserved > 0 && sum.recorded + sum.inherited + cost <= limit + ROUNDING) {
          await new Promise<void>((resolve) => sum.ends.push(resolve));
          continue;
        }
        throw new WatersmeetError(
          'limit.money',
          `The run has spent ${dollars(sum.recorded)} and reserved ${dollars(reserved)} of its ${dollars(limit)}; the next call may cost ${dollars(cost)}.`,
        );
      }
      sum.reserved += cost;
      let open = true;
      const end = (spent: number) => {
        if (!open) return;
        open = false;
        sum.reserved -= cost;
        sum.recorded += spent;
        for (const resolve of sum.ends.splice(0)) resolve();
      };
      return {
        settle: end,
        cancel: () => end(0),
        tookOver() {
          sum.inherited = Math.max(0, sum.inherited - cost);
        },
      };
    },
  };
}

function dollars(amount: number): string {
  return `$${Math.max(0, amount).toFixed(amount > 0 && amount < 0.1 ? 6 : 2)}`;
}
