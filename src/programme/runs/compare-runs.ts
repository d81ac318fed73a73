import type { RunMoney } from "../../domain/money.ts";
import type { RunComparison } from "../../domain/run-comparison.ts";
import type { TrackedRun } from "../../domain/tracked-run.ts";
import { type DiffRow, inputRows, metricRows } from "../../report/run-diff.ts";

/** Runs next to each other: their params and datasets that differ, or all, and the latest value of each metric. */
export function compareRuns(
  runs: readonly { run: TrackedRun; money: RunMoney }[],
  { all }: { all: boolean },
): RunComparison {
  const tracked = runs.map(({ run }) => run);
  const params = inputRows(tracked);
  const different = params.filter(({ isSame }) => !isSame);
  return {
    runs: runs.map(({ run: { id, name, experiment, status, activeSec }, money }) => ({
      id,
      name,
      experiment,
      status,
      activeSec,
      usd: money.cost.usd,
    })),
    params: (all ? params : different).map(withNull),
    sameParams: params.length - different.length,
    metrics: metricRows(tracked).map(withNull),
  };
}

function withNull<Value>({ key, values }: DiffRow<Value>): { key: string; values: (Value | null)[] } {
  return { key, values: values.map((value) => value ?? null) };
}
