import type { CurveSet, LoggedKeys } from "../../domain/run-table.ts";
import { RunStatus } from "../../domain/tracked-run.ts";
import type { Store } from "../../store/open-store.ts";
import { countKeys } from "../../track/logged-values.ts";
import { runCurves } from "./show-run.ts";

/** Keys that any run has: what columns, filters and charts can be made of. */
export async function loggedKeys({ db }: Pick<Store, "db">): Promise<LoggedKeys> {
  const kinds = ["metrics", "params", "tags"] as const;
  const counted = await Promise.all(kinds.map(async (kind) => ({ kind, keys: await countKeys(db, kind) })));
  return {
    keys: counted.flatMap(({ kind, keys }) =>
      keys.map(({ key, runs, values }) => ({ column: `${kind}.${key}`, runs, values })),
    ),
    statuses: [...RunStatus.options],
  };
}

/** Curves of several runs, thinned out for charts that lie over each other. @throws Failure not_found, bad_input */
export async function curveSet(
  store: Store,
  ids: readonly string[],
  request: { keys: readonly string[]; points: number },
): Promise<CurveSet> {
  const runs = [];
  for (const id of ids) runs.push(await runCurves(store, id, request));
  return { runs };
}
