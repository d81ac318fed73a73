import { formatMoney, parseMoney } from "../../base/money.ts";
import { accrualCuts, type AccrualCut } from "../../ledger/accrual-cuts.ts";
import type { NewEntry } from "../../ledger/entry.ts";
import { isStale } from "../../ledger/staleness.ts";
import type { Row } from "../../store/database.ts";

/** An interval of activity with its run. */
export type Interval = Row<"activity"> & { run_id: string };

/** Input of a settlement. */
export type Settling = {
  interval: Interval;
  /** Earlier postings of the interval; undefined if there were none. */
  accrual: Row<"accruals"> | undefined;
  picoPerHourOn: (day: string) => bigint | null;
  /** Time up to which bills charge for its machines. */
  billedToMs: number;
  /** Corrects earlier postings whose price changed. */
  corrects: boolean;
  /** Time up to which a stale run is put into suspense; default: only if it is in suspense already. */
  suspendToMs: number | undefined;
  nowMs: number;
};

/** Changes that are due for an interval. */
export type IntervalSettlement = {
  drafts: readonly NewEntry[];
  /** Record of all postings afterwards; undefined if nothing changes. */
  row: Row<"accruals"> | undefined;
  isUnpriced: boolean;
  isCorrected: boolean;
};

/** Entries of an interval that are due: its cost, corrections, and its suspense. */
export function settleInterval(settling: Settling): IntervalSettlement {
  const { interval, picoPerHourOn, billedToMs, corrects, nowMs } = settling;
  const known = settling.accrual ?? newAccrual(interval);
  const isClosed = interval.closed_ms !== null;
  const cuts = accrualCuts({ fromMs: interval.opened_ms, toMs: interval.last_ms, isClosed }, picoPerHourOn);
  const posting = new IntervalPosting({ interval, known, nowMs });
  if (known.suspense_from_ms !== null && (isClosed || interval.last_ms > known.suspense_from_ms)) posting.endSuspense();
  const isCorrected =
    known.state === "settled" && corrects && known.posted_usd !== formatMoney(cuts?.at(-1)?.totalPico ?? 0n);
  if (isCorrected) posting.takeBack();
  for (const cut of cuts ?? []) posting.postTo(cut);
  const suspendToMs = settling.suspendToMs ?? posting.suspendedToMs;
  if (suspendToMs !== null) posting.suspend(picoPerHourOn, { toMs: suspendToMs, billedToMs });
  const state = !isClosed ? "open" : cuts === null ? "unpriced" : "settled";
  return { drafts: posting.drafts, row: posting.rowOf(state), isUnpriced: state === "unpriced", isCorrected };
}

function newAccrual({ activity_no, run_no, opened_ms }: Interval): Row<"accruals"> {
  return {
    activity_no,
    run_no,
    posted_to_ms: opened_ms,
    posted_usd: "0.00",
    suspense_usd: "0.00",
    suspense_from_ms: null,
    suspense_to_ms: null,
    state: "open",
    postings: 0,
  };
}

/** Collects the entries of one interval, and the resulting state of its postings. */
class IntervalPosting {
  readonly #interval: Interval;
  readonly #known: Row<"accruals">;
  readonly #nowMs: number;
  #row: Row<"accruals">;
  readonly drafts: NewEntry[] = [];

  constructor({ interval, known, nowMs }: { interval: Interval; known: Row<"accruals">; nowMs: number }) {
    this.#interval = interval;
    this.#known = known;
    this.#row = { ...known };
    this.#nowMs = nowMs;
  }

  /** Posts the cost of the interval since the last posting. */
  postTo({ toMs, totalPico, picoPerHour }: AccrualCut): void {
    if (toMs <= this.#row.posted_to_ms && this.#row.posted_usd !== "0.00") return;
    const added = totalPico - parseMoney(this.#row.posted_usd);
    if (added < 0n) {
      this.takeBack(); // the price fell after a part was posted
      return this.postTo({ toMs, totalPico, picoPerHour });
    }
    if (added > 0n) {
      const hours = `${new Date(this.#row.posted_to_ms).toISOString()} to ${new Date(toMs).toISOString()}`;
      this.#post("accrue", `${hours} at ${formatMoney(picoPerHour)} USD per hour`, {
        toMs,
        account: `accrued:${this.#interval.run_id}`,
        pico: added,
      });
    }
    this.#row = { ...this.#row, posted_to_ms: toMs, posted_usd: formatMoney(totalPico) };
  }

  /** Reverses all postings of the interval because its price was corrected. */
  takeBack(): void {
    this.#post("reverse", "the price of the run was corrected", {
      toMs: this.#row.posted_to_ms,
      account: `accrued:${this.#interval.run_id}`,
      pico: -parseMoney(this.#row.posted_usd),
    });
    this.#row = { ...this.#row, posted_to_ms: this.#interval.opened_ms, posted_usd: "0.00" };
  }

  /** Time up to which the run is in suspense; null if it is not. */
  get suspendedToMs(): number | null {
    return this.#row.suspense_to_ms;
  }

  /**
   * Puts the time since a stale run was last seen into suspense, except the time for which bills charge: its cost is
   * known.
   */
  suspend(
    picoPerHourOn: (day: string) => bigint | null,
    { toMs, billedToMs }: { toMs: number; billedToMs: number },
  ): void {
    const { opened_ms, last_ms, closed_ms, touches } = this.#interval;
    const isSilent = isStale({ openedMs: opened_ms, lastMs: last_ms, closedMs: closed_ms, touches }, this.#nowMs);
    if (!isSilent || toMs <= last_ms) return;
    const fromMs = Math.max(last_ms, billedToMs);
    const cuts = fromMs >= toMs ? [] : accrualCuts({ fromMs, toMs, isClosed: true }, picoPerHourOn);
    if (cuts === null) return;
    const total = cuts.at(-1)?.totalPico ?? 0n;
    const added = total - parseMoney(this.#row.suspense_usd);
    if (added === 0n) return;
    const since = new Date(added < 0n ? fromMs : last_ms).toISOString();
    const reason =
      billedToMs > last_ms ? `a bill settles the silence up to ${since}` : "the price of the run was corrected";
    this.#post(added < 0n ? "reverse" : "suspend", added < 0n ? reason : `silent since ${since}`, {
      toMs: added < 0n ? this.#nowMs : toMs,
      account: "suspense:stale",
      pico: added,
    });
    this.#row = {
      ...this.#row,
      suspense_usd: formatMoney(total),
      suspense_from_ms: last_ms,
      suspense_to_ms: toMs,
    };
  }

  /** Clears the suspense of a run that was seen again or has ended. */
  endSuspense(): void {
    this.#post("reverse", "a stale run was seen again, or has ended", {
      toMs: this.#nowMs,
      account: "suspense:stale",
      pico: -parseMoney(this.#row.suspense_usd),
    });
    this.#row = { ...this.#row, suspense_usd: "0.00", suspense_from_ms: null, suspense_to_ms: null };
  }

  /** Record of the postings of the interval; undefined if nothing changed. */
  rowOf(state: string): Row<"accruals"> | undefined {
    const isNew = this.#known.postings === 0 && state === "open"; // nothing to record yet
    const isSame = this.#row.postings === this.#known.postings && (isNew || state === this.#known.state);
    return isSame ? undefined : { ...this.#row, state };
  }

  #post(
    kind: "accrue" | "reverse" | "suspend",
    memo: string,
    { toMs, account, pico }: { toMs: number; account: string; pico: bigint },
  ): void {
    const { activity_no, run_id } = this.#interval;
    this.#row = { ...this.#row, postings: this.#row.postings + 1 };
    this.drafts.push({
      idempotencyKey: `accrual:${activity_no}:${this.#row.postings}`,
      kind,
      currency: "USD",
      effectiveMs: toMs,
      runId: run_id,
      memo: `run ${run_id}: ${memo}`,
      lines: [
        { account, amount: formatMoney(pico) },
        { account: "accruals", amount: formatMoney(-pico) },
      ],
    });
  }
}
