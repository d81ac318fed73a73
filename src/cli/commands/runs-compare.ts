import { RunMoney } from "../../domain/money.ts";
import { RunComparison, RunComparisonRequest } from "../../domain/run-comparison.ts";
import { TrackedRun } from "../../domain/tracked-run.ts";
import { defineCommand } from "../command.ts";

/** `tunewright runs compare`: shows runs next to each other. */
export default defineCommand({
  description:
    "Compare two to twenty runs: params and datasets that differ, the latest value of each metric, activity and cost. The page Runs also overlays their curves. If no server is running in this folder, the database is read; TUNEWRIGHT_URL names another server.",
  args: ["run"],
  options: RunComparisonRequest,
  output: RunComparison,
  examples: ["runs compare 0f014ac2 7a2290ea", "runs compare 0f014ac2 7a2290ea --all --json"],
  run: async (io, { run: ids, all }) => {
    const { withState } = await import("../../programme/state/with-state.ts");
    const { showRun } = await import("../../programme/runs/show-run.ts");
    const { runMoney } = await import("../../programme/money/run-money.ts");
    const { folderPricing } = await import("../../programme/money/folder-pricing.ts");
    const { compareRuns } = await import("../../programme/runs/compare-runs.ts");
    const { comparisonText } = await import("../../programme/runs/comparison-text.ts");
    const found = await withState({ programmeDir: io.cwd, env: io.env, now: io.now }, async (ask) => {
      const runs: { run: TrackedRun; money: RunMoney }[] = [];
      for (const id of ids) {
        const path = `/runs/${encodeURIComponent(id)}`;
        const run = await ask({ local: (store, names) => showRun(store, id, names), path, output: TrackedRun });
        const money = await ask({
          local: async (store, names) => runMoney(store, run.id, await folderPricing(io, names)),
          path: `/runs/${run.id}/cost`,
          output: RunMoney,
        });
        runs.push({ run, money });
      }
      return runs;
    });
    const comparison = compareRuns(found, { all });
    return { json: comparison, text: () => comparisonText(comparison), next: "tunewright runs list" };
  },
});
