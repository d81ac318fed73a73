import type { SweepFile, TrialValues } from "../../domain/sweep.ts";
import type { TriedValues } from "../../launch/sweep/search/suggest.ts";
import type { Ahead, Decision, Promotion } from "../../launch/sweep/stopping/stopping.ts";
import { sql } from "../../store/sql.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { stoppingOf } from "./stopping-of.ts";

/** Logged events of a sweep. */
export type SweepEvent = Omit<Row<"sweep_events">, "sweep_no" | "seq">;

/** A sweep in memory: the result of replaying its log. */
export type SweepBook = {
  /** Number of events included. */
  count: number;
  report: (trial: number, step: number, value: number | null) => Decision;
  end: (trial: number, state: string) => void;
  promote: (ahead: Ahead) => Promotion | undefined;
  begin: (trial: number, values: TrialValues, kind: string) => void;
  /** Searched trials, oldest first. */
  tried: () => (TriedValues & { trial: number })[];
  /** Last step with a value, by trial. */
  lastStep: (trial: number) => number | undefined;
};

/** Trials that were ahead at a promotion, as recorded in its event. */
export const AHEAD: readonly Ahead[] = ["running", "more", "idle"];

const books = new WeakMap<Store, Map<number, SweepBook>>();

/**
 * The book of a sweep: from memory if it includes every logged event, otherwise replayed from the log, so that a new
 * supervisor decides like the previous one.
 */
export async function bookOf(store: Store, sweep: Row<"sweeps">, spec: SweepFile): Promise<SweepBook> {
  const known = books.get(store) ?? new Map<number, SweepBook>();
  books.set(store, known);
  const { count } = await store.db
    .selectFrom("sweep_events")
    .select(sql<number | string>`count(*)`.as("count"))
    .where("sweep_no", "=", sweep.sweep_no)
    .executeTakeFirstOrThrow();
  const held = known.get(sweep.sweep_no);
  if (held !== undefined && held.count === Number(count)) return held;
  const book = await replayed(store, sweep, spec);
  known.set(sweep.sweep_no, book);
  return book;
}

/** Discards a book whose last event may not be in the log. */
export function forgetBook(store: Store, sweepNo: number): void {
  books.get(store)?.delete(sweepNo);
}

async function replayed(store: Store, sweep: Row<"sweeps">, spec: SweepFile): Promise<SweepBook> {
  const { sweep_no: no } = sweep;
  const trials = await store.db
    .selectFrom("sweep_trials")
    .select(["trial", "trial_values", "kind"])
    .where("sweep_no", "=", no)
    .execute();
  const known = new Map(trials.map((row) => [row.trial, row]));
  const events = await store.db
    .selectFrom("sweep_events")
    .selectAll()
    .where("sweep_no", "=", no)
    .orderBy("seq")
    .execute();
  const book = emptyBook(sweep, spec);
  for (const { kind, trial, step, value, decision } of events) {
    if (kind === "begin") {
      const { trial_values, kind: why } = known.get(trial)!;
      book.begin(trial, JSON.parse(trial_values) as TrialValues, why);
    }
    if (kind === "report") book.report(trial, step!, value);
    else if (kind === "promote") book.promote(AHEAD[step!]!);
    else if (kind === "end") book.end(trial, decision ?? "failed");
    book.count += 1;
  }
  return book;
}

type Tried = { trial: number; kind: string; values: TrialValues; score: number | undefined; step: number };

function emptyBook(sweep: Row<"sweeps">, spec: SweepFile): SweepBook {
  const stopping = stoppingOf(sweep, spec);
  const tried = new Map<number, Tried>();
  const scoreOf = (value: number | null): number =>
    value === null ? Number.POSITIVE_INFINITY : spec.goal === "maximize" ? -value : value;
  return {
    count: 0,
    begin: (trial, values, kind) => void tried.set(trial, { trial, kind, values, score: undefined, step: 0 }),
    report: (trial, step, value) => {
      const one = tried.get(trial);
      if (one !== undefined) Object.assign(one, { step, score: scoreOf(value) });
      if (one?.kind === "confirm") return "go-on"; // runs to its end regardless of the others
      return stopping.report({ trial, step, value: value === null ? Number.NaN : scoreOf(value) });
    },
    end: (trial, state) => {
      if (state === "done" && tried.get(trial)?.kind !== "confirm") stopping.complete(trial);
    },
    promote: (ahead) => stopping.promote(ahead),
    tried: () => scoredTrials([...tried.values()].filter(({ kind }) => kind !== "confirm")),
    lastStep: (trial) => {
      const step = tried.get(trial)?.step;
      return step === 0 ? undefined : step;
    },
  };
}

/**
 * Scores that can be compared across rungs: a trial that reached a later step is better than one that stopped earlier,
 * because the rule preferred it there; at the same step the value decides. The score is the rank.
 *
 * @source optuna.samplers.TPESampler 4.1 orders pruned trials in this way
 */
function scoredTrials(trials: readonly Tried[]): (TriedValues & { trial: number })[] {
  const measured = trials.filter(({ score }) => score !== undefined);
  const order = measured.toSorted((a, b) => b.step - a.step || a.score! - b.score!);
  const ranks = new Map(order.map((trial, rank) => [trial, rank]));
  return trials.map((trial) => ({ trial: trial.trial, values: trial.values, score: ranks.get(trial) }));
}
