/** Outcome of a request that affects the pace. */
export type PaceSign = "answer" | "overload" | "other";

/** Number of concurrent requests, adapted to the capacity of the server. */
export type Pace = {
  /** Waits for a slot; pass the returned ticket to `leave`. */
  enter: () => Promise<number>;
  leave: (ticket: number, sign: PaceSign) => void;
  /** Currently allowed number of concurrent requests. */
  limit: () => number;
};

/**
 * Additive increase, multiplicative decrease: an overload halves the number of concurrent requests, and a round of
 * answers adds one, up to `most`. Requests that were sent before a decrease do not cause another one, because they
 * indicate the same overload.
 *
 * @source Chiu and Jain 1989, "Analysis of the increase and decrease algorithms for congestion avoidance"
 */
export function paceOf(most: number): Pace {
  let [limit, running, started, cutAt] = [most, 0, 0, 0];
  let waiting: (() => void)[] = [];
  return {
    enter: async () => {
      while (running >= Math.floor(limit)) await new Promise<void>((resolve) => waiting.push(resolve));
      running += 1;
      return started++;
    },
    leave: (ticket, sign) => {
      running -= 1;
      if (sign === "answer") limit = Math.min(most, limit + 1 / limit);
      if (sign === "overload" && ticket >= cutAt) [limit, cutAt] = [Math.max(1, limit / 2), started];
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    limit: () => Math.floor(limit),
  };
}
