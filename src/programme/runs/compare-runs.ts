import type { RunMoney } from "../../domain/money.ts";
import type { RunComparison } from "../../domain/run-comparison.ts";
import type { TrackedRun } from "../../domain/tracked-run.ts";

/** Runs next to each other: their params that differ, or all, and the latest value of each metric. */
export function compareRuns(
  runs: readonly { run: TrackedRun; money: RunMoney }[],
  { all }: { all: boolean },
): RunComparison {
  const params = keysOf(runs.map(({ run }) => run.params)).map((key) => ({
    key,
    values: runs.map(({ run }) => run.params.find((param) => param.key === key)?.value ?? null),
  }));
  const different = params.filter(({ values }) => values.some((value) => value !== values[0]));
  return {
    runs: runs.map(({ run: { id, name, experiment, status, activeSec }, money }) => ({
      id,
      name,
      experiment,
      status,
      activeSec,
      usd: money.cost.usd,
    })),
    params: all ? params : different,
    sameParams: params.length - different.length,
    metrics: keysOf(runs.map(({ run }) => run.metrics)).map((key) => ({
      key,
      values: runs.map(({ run }) => run.metrics.find((metric) => metric.key === key)?.value ?? null),
    })),
  };
}

function keysOf(lists: readonly (readonly { key: string }[])[]): string[] {
  return [...new Set(lists.flatMap((list) => list.map(({ key }) => key)))].toSorted();
}
