import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { PricedRunList } from "../../domain/money.ts";
import { RunQuery } from "../../domain/tracked-run.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ ...RunQuery.shape });

/** `tunewright runs list`: lists runs. */
export default defineCommand({
  description:
    "List the runs logged to the server of this folder, newest first. If no server is running, the database is read; TUNEWRIGHT_URL names another server.",
  args: [],
  options: Options,
  output: PricedRunList,
  examples: [
    "runs list",
    "runs list --experiment sft-demo --status RUNNING",
    "runs list --filter 'metrics.loss < 2' --order 'metrics.loss ASC'",
    "runs list --order cost",
    "runs list --limit 20 --json",
  ],
  run: async (io, query) => {
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
