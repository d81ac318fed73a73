/** A budget with a cap, in pico-dollars: the amount spent, and the worst-case cost of the requests in flight. */
export type Budget = {
  /**
   * Reserves the worst-case cost of a request. Returns false if it could exceed the cap, together with the requests in
   * flight.
   */
  reserve: (worst: bigint) => Promise<boolean>;
  /** Replaces the reserved worst case of a request with its actual cost. */
  settle: (worst: bigint, cost: bigint) => void;
  spent: () => bigint;
};

/**
 * Creates a budget with an initial spend; a cap of undefined means no cap. A request that does not fit waits until the
 * cost of those in flight is known.
 */
export function budgetOf(cap: bigint | undefined, spentBefore: bigint): Budget {
  let [spent, reserved] = [spentBefore, 0n];
  let waiting: (() => void)[] = [];
  return {
    reserve: async (worst) => {
      for (;;) {
        if (cap === undefined || spent + reserved + worst <= cap) break;
        if (reserved === 0n) return false;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      reserved += worst;
      return true;
    },
    settle: (worst, cost) => {
      reserved -= worst;
      spent += cost;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    spent: () => spent,
  };
}
