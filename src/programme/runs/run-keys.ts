import type { CurveSet, LoggedKeys } from "../../domain/run-table.ts";
import { RunStatus } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { countDatasets, countKeys } from "../../track/logged-values.ts";
import { runCurves } from "./show-run.ts";

/** Keys of all runs, for columns, groups, filters and charts; `dataset` if a run has one. */
export async function loggedKeys({ db }: Pick<Store, "db">): Promise<LoggedKeys> {
  const kinds = ["metrics", "params", "tags"] as const;
  const counted = await Promise.all(kinds.map(async (kind) => ({ kind, keys: await countKeys(db, kind) })));
  const datasets = await countDatasets(db);
  return {
    keys: [
      ...(datasets.runs === 0 ? [] : [{ column: "dataset", ...datasets }]),
      ...counted.flatMap(({ kind, keys }) =>
        keys.map(({ key, runs, values }) => ({ column: `${kind}.${key}`, runs, values })),
      ),
    ],
    statuses: [...RunStatus.options],
  };
}

/** Curves of several runs, downsampled for one chart. @throws Failure not_found, bad_input */
export async function curveSet(
  store: Store,
  ids: readonly string[],
  request: { keys: readonly string[]; points: number; x?: string | undefined },
): Promise<CurveSet> {
  const runs = [];
  for (const id of ids) runs.push(await runCurves(store, id, request));
  return { runs };
}
