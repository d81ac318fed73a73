import * as z from "zod";

import { CloseRunRequest, TrackedRun } from "../../domain/tracked-run.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ ...CloseRunRequest.shape });

/** `tunewright runs close`: ends a run whose client stopped without ending it. */
export default defineCommand({
  description:
    "Close a run whose client stopped without ending it, for example after kill -9. Its cost ends when the server last saw it, or at --alive-until if you know when its machines stopped. Amounts in suspense are reversed.",
  args: ["id"],
  options: Options,
  output: TrackedRun,
  examples: ["runs close 0f014ac2", "runs close 0f014ac2 --status FAILED --reason 'node was lost'"],
  run: async (io, request) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { closeRun } = await import("../../programme/runs/close-run.ts");
    const { runText } = await import("../../programme/runs/runs-text.ts");
    const { id, ...body } = request;
    const run = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store, programmes) => closeRun(store, request, { programmes, nowMs: io.now().getTime() }),
        path: `/runs/${encodeURIComponent(id)}/close`,
        body,
        output: TrackedRun,
      },
    );
    return { json: run, text: () => runText(run), next: "tunewright ledger settle" };
  },
});
