import type { AnswerJournal } from "./answer-journal.ts";
import type { AskMany, AskTotals, LlmResult } from "./asking.ts";
import type { Line } from "./ask-once.ts";
import type { Budget } from "./budget.ts";
import type { Pace } from "./pace.ts";
import type { ResponseCache } from "./response-cache.ts";

/** State of one run of requests. */
export type AskState = {
  asking: AskMany;
  totals: AskTotals;
  journal: AnswerJournal | undefined;
  cache: ResponseCache | undefined;
  line: Line;
  /** Address for messages. */
  shown: string;
  budget: Budget;
  pace: Pace;
  /** Requests in flight, by key. An equal request waits for the same answer. */
  pending: Map<string, Promise<LlmResult | undefined>>;
  signal: AbortSignal;
  /** True if the results are no longer read. */
  isClosed: boolean;
  /** Error that ends the run. */
  error: unknown;
  pausedUntilMs: number;
  failuresInARow: number;
  /** Keys of the requests that timed out, sent one at a time, since the last answer. */
  late: Set<string>;
  /** Number of requests without a reachable endpoint. */
  astray: number;
  /** Amount spent in this run. */
  spentPico: bigint;
};

/** True if nothing more will be sent. */
export function isOver({ signal, isClosed, totals, error }: AskState): boolean {
  return signal.aborted || isClosed || totals.stopped !== null || error !== undefined;
}
