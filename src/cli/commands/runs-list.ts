import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { PricedRunList } from "../../domain/money.ts";
import { RunGroupList } from "../../domain/run-group.ts";
import { LoggedKeys, RunTable, RunTableQuery } from "../../domain/run-table.ts";
import { RunQuery } from "../../domain/tracked-run.ts";
import { type Answer, defineCommand } from "../command.ts";
import type { Io } from "../io.ts";

const Options = z.strictObject({
  ...RunQuery.shape,
  groupBy: RunTableQuery.shape.groupBy.describe(
    "One or two keys: one row per group of runs with the same params.KEY, tags.KEY, dataset or experiment",
  ),
  column: RunTableQuery.shape.column.describe(
    "With --group-by: columns to summarise, such as metrics.eval/loss; default: the two most frequent metrics, losses first",
  ),
});
type Options = z.infer<typeof Options>;

/** `tunewright runs list`: lists runs, or groups of runs. */
export default defineCommand({
  description:
    "List the runs logged to the server of this folder, newest first. --group-by lists all of them in groups, with the mean of each metric, its lowest and highest value, and the sum of the known costs. If no server is running, the database is read; TUNEWRIGHT_URL names another server.",
  args: [],
  options: Options,
  output: z.union([PricedRunList, RunGroupList]).describe("The runs; with --group-by the groups"),
  examples: [
    "runs list",
    "runs list --experiment sft-demo --status RUNNING",
    "runs list --filter 'metrics.loss < 2' --order 'metrics.loss ASC'",
    "runs list --order cost",
    "runs list --group-by params.learning_rate --order 'metrics.loss ASC'",
    "runs list --limit 20 --json",
  ],
  run: async (io, options, given) => {
    if (options.groupBy.length > 0) return listInGroups(io, options);
    if (given.has("column")) {
      throw new Failure("bad_input", "--column needs --group-by", { hint: "runs list --group-by params.KEY" });
    }
    const { column: _column, groupBy: _groupBy, ...query } = options;
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { listPricedRuns } = await import("../../programme/money/priced-runs.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { runListText } = await import("../../programme/runs/runs-text.ts");
    const list = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: async (store, programmes) => listPricedRuns(store, query, await folderPricing(io, programmes)),
        path: "/runs",
        query,
        output: PricedRunList,
      },
    );
    const [first] = list.runs;
    return {
      json: list,
      text: () => runListText(list),
      next: first === undefined ? "tunewright serve" : commandLine(["runs", "show", first.id.slice(0, 8)]),
    };
  },
});

/** The runs in groups, by the use case of the page Runs. */
async function listInGroups(io: Io, options: Options): Promise<Answer<RunGroupList>> {
  const { order, limit, pageToken, column: _column, ...asked } = options;
  if (pageToken !== undefined) {
    throw new Failure("bad_input", "groups have no pages: --page-token cannot be used with --group-by", {
      hint: "--limit sets how many groups are listed",
    });
  }
  const { withState } = await import("../../programme/state/with-state.ts");
  const { runRows } = await import("../../programme/money/run-rows.ts");
  const { loggedKeys } = await import("../../programme/runs/run-keys.ts");
  const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
  const { groupColumns, listGroups } = await import("../../programme/runs/list-groups.ts");
  const { groupFilter } = await import("../../report/group-filter.ts");
  const { runGroupsText } = await import("../../programme/runs/run-groups-text.ts");
  const table = await withState({ programmeDir: io.cwd, env: io.env, now: io.now }, async (ask) => {
    const keys = await ask({ local: loggedKeys, path: "/runs/keys", output: LoggedKeys });
    const query = { ...asked, limit: 0, column: groupColumns(options, keys.keys) };
    return ask({
      local: async (store, programmes) => runRows(store, query, await folderPricing(io, programmes)),
      path: "/runs/table",
      query,
      output: RunTable,
    });
  });
  const list = listGroups(table.grouped!, { order, limit });
  const [first] = list.groups;
  const filter = first === undefined ? undefined : groupFilter(asked.filter, { by: list.by, values: first.values });
  return {
    json: list,
    text: () => runGroupsText(list),
    next: filter === undefined ? "tunewright serve" : commandLine(["runs", "list", "--filter", filter]),
  };
}
