import * as z from "zod";

import { PreflightCheck, TrainingLibrary } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  python: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Python to check: an executable or a virtual environment; default: training.python in programme.yaml, otherwise TUNEWRIGHT_PYTHON",
    ),
  engine: TrainingLibrary.default("trl").describe("Training library to check; default: trl"),
});

const Report = z.strictObject({
  ok: z.boolean().describe("True if training can run"),
  checks: z.array(PreflightCheck),
});

/** `tunewright train doctor`: checks the requirements of training. */
export default defineCommand({
  description:
    "Check that Python and the packages of the training library are installed, and print the command that installs what is missing.",
  args: [],
  options: Options,
  output: Report,
  examples: ["train doctor --python .venv-train"],
  run: async (io, { python, engine }) => {
    const { trainingHealth } = await import("../../programme/training/training-doctor.ts");
    const { doctorText } = await import("../../programme/training/training-text.ts");
    const { ok, checks } = await trainingHealth({ python, engine }, io);
    return {
      json: { ok, checks },
      text: () => doctorText(checks),
      next: checks.find((check) => !check.ok)?.fix ?? "tunewright train start --dry-run",
      ...(ok ? {} : { failed: "training cannot run: correct the checks that say NO" }),
    };
  },
});
