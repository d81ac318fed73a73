/** Money under a cap, in pico-dollars: what was spent, and what is on its way with its worst case. */
export type Budget = {
  /** Sets the worst case of a request aside. False if it could pass the cap, whatever those on their way cost. */
  reserve: (worst: bigint) => Promise<boolean>;
  /** Puts what a request cost instead of its worst case. */
  settle: (worst: bigint, cost: bigint) => void;
  spent: () => bigint;
};

/** Starts with what was spent before; an undefined cap is none. A request that does not fit waits until those on their way have told their cost. */
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
