import * as z from "zod";

import { counted } from "../../base/words.ts";
import { PricedRunList } from "../../domain/money.ts";
import { RunExport, RunExportRequest } from "../../domain/run-comparison.ts";
import { defineCommand } from "../command.ts";
import { writeOutput } from "../write-output.ts";

const Options = z.strictObject({
  ...RunExportRequest.shape,
  out: z.string().default("runs.csv").describe("File to write"),
});

/** Number of runs per page. */
const PAGE = 1000;

/** `tunewright runs export`: writes runs as CSV. */
export default defineCommand({
  description:
    "Write runs as CSV: one row per run, with its status, times, cost and datasets, and a column for each param, metric (latest value) and tag. Unknown values are empty cells. If no server is running in this folder, the database is read; TUNEWRIGHT_URL names another server.",
  args: [],
  options: Options,
  output: RunExport,
  examples: ["runs export", "runs export --experiment sft-demo --filter 'metrics.loss < 2' --out best.csv"],
  run: async (io, { out, ...request }) => {
    const { withState } = await import("../../programme/state/with-state.ts");
    const { listPricedRuns } = await import("../../programme/money/priced-runs.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { exportRuns } = await import("../../programme/runs/export-runs.ts");
    const runs = await withState({ programmeDir: io.cwd, env: io.env, now: io.now }, async (ask) => {
      const all: PricedRunList["runs"] = [];
      let pageToken: string | undefined;
      do {
        const query = { ...request, limit: PAGE, pageToken };
        const page: PricedRunList = await ask({
          local: async (store, names) => listPricedRuns(store, query, await folderPricing(io, names)),
          path: "/runs",
          query,
          output: PricedRunList,
        });
        all.push(...page.runs);
        pageToken = page.nextPageToken ?? undefined;
        io.progress(`${all.length} runs`);
      } while (pageToken !== undefined);
      return all;
    });
    const table = exportRuns(runs);
    await writeOutput(io, out, table.csv);
    return {
      json: table,
      text: () => `${out}: ${counted(table.runs, "run")}, ${table.columns.length} columns`,
      next: "tunewright runs list",
    };
  },
});
