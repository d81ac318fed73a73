import { resolve } from "node:path";

import { RunImport, RunImportRequest } from "../../domain/run-import.ts";
import { defineCommand } from "../command.ts";

/** Number of runs between two progress reports. */
const PROGRESS_RUNS = 100;

/** `tunewright runs import`: imports the runs and models of another tracker. */
export default defineCommand({
  description:
    "Import the runs of another tracker with their metrics, params, tags, datasets and artifacts: an MLflow server over REST (token in MLFLOW_TRACKING_TOKEN), a folder mlruns, a SQLite file of MLflow, a folder wandb of W&B's client, tables exported from W&B (rows of history, a chart, runs with config and summary), or a PROJECT.db of Trackio. From MLflow, registered models with their versions, aliases and tags come too, and logged models; a model that was changed both here and there stays as it is here, and is named. It can be repeated at any time: imported data is not written again, and an interrupted import continues.",
  args: ["source"],
  options: RunImportRequest,
  output: RunImport,
  examples: ["runs import mlruns", "runs import wandb --skip-artifacts"],
  run: async (io, request) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { importRuns, requestTimeoutMs } = await import("../../programme/runs/import-runs.ts");
    const { runImportText } = await import("../../programme/runs/import-text.ts");
    const isUrl = /^https?:\/\//.test(request.source);
    const body = { ...request, source: isUrl ? request.source : resolve(io.cwd, request.source) };
    const result = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) =>
          importRuns(store, body, {
            nowMs: io.now().getTime(),
            token: io.env["MLFLOW_TRACKING_TOKEN"],
            timeoutMs: requestTimeoutMs(io.env),
            onRun: (runs) => {
              if (runs % PROGRESS_RUNS === 0) io.progress(`${runs} runs`);
            },
          }),
        path: "/runs/import",
        body: { ...body, token: io.env["MLFLOW_TRACKING_TOKEN"] },
        isLong: true,
        creates: true,
        output: RunImport,
      },
    );
    const failed = result.agrees ? {} : { failed: "the counts do not match: run the import again" };
    return { json: result, text: () => runImportText(result), next: "tunewright runs list", ...failed };
  },
});
