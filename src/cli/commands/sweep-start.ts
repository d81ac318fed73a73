import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Sweep, SweepPlan, SweepRequest } from "../../domain/sweep.ts";
import { TrainingPreflight } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  ...SweepRequest.shape,
  dryRun: z.boolean().default(false).describe("Run the checks and show what would be done; start nothing"),
});

const Checked = z.strictObject({ preflight: TrainingPreflight, plan: SweepPlan });

/** `tunewright sweep start`: searches for good settings of a training run. */
export default defineCommand({
  description:
    "Start the sweep that a file of this programme folder describes: trials of one training run with different settings; bad trials stop early. It first shows how many trials its budget covers. If a server is running in this folder, it supervises the sweep; otherwise this command does. Ctrl-C ends the supervision, not the trials: `train supervise` resumes it.",
  args: ["file"],
  options: Options,
  output: z.union([Sweep, Checked]).describe("The sweep; with --dry-run the checks and the plan"),
  examples: ["-C examples/tiny sweep start --dry-run", "-C examples/tiny sweep start --yes"],
  run: async (io, { dryRun, ...request }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { plannedSweep } = await import("../../programme/sweep/planned-sweep.ts");
    const { runSweep } = await import("../../programme/sweep/run-sweep.ts");
    const { planText, sweepText } = await import("../../programme/sweep/sweep-text.ts");
    const { checksText } = await import("../../programme/training/training-text.ts");
    const { startPlace } = await import("../../programme/training/start-place.ts");
    const place = await startPlace(io);
    const checked = await plannedSweep(request, place);
    const { ok, checks } = checked.preflight;
    const text = (): string => `${checksText(checks)}\n\n${planText(checked.plan)}`;
    const next = commandLine(["sweep", "start", request.file, "--yes"]);
    const shown = { json: checked, text, ...(ok ? {} : { failed: "the sweep cannot start" }) };
    if (dryRun || !ok) return { ...shown, next: ok ? next : "tunewright train doctor" };
    io.note(text());
    if (!(await io.confirm(`Start ${request.file}?`))) return { ...shown, next };
    const sweep = await io.untilInterrupted((signal) =>
      answerFromState(
        { programmeDir: io.cwd, env: io.env, now: io.now },
        {
          local: (store) =>
            runSweep(store, request, {
              place,
              watch: {
                signal,
                log: io.note,
                onProgress: ({ state, trials, plan }) =>
                  io.progress(`${state}, trial ${trials.length}`, trials.length / (plan.trials ?? trials.length + 1)),
              },
            }),
          path: "/sweeps",
          creates: true,
          body: { ...request, programme: place.programme },
          output: Sweep,
        },
      ),
    );
    const waits = sweep.state === "awaiting-approval";
    const isBad = sweep.endedAt !== null && sweep.state !== "done";
    return {
      json: sweep,
      text: () => sweepText(sweep),
      next: commandLine(["sweep", ...(waits ? ["approve", sweep.id, "--by", "NAME"] : ["show", sweep.id])]),
      ...(isBad ? { failed: `the sweep ended as ${sweep.state}` } : {}),
    };
  },
});
