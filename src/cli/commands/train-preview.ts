import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { FirstBatch, StartRequest, TrainingPreflight } from "../../domain/training-job.ts";
import { defineCommand } from "../command.ts";

/** `tunewright train preview`: shows the first batch of a run, with its loss mask. */
export default defineCommand({
  description:
    "Show the first rows of a training run as the training library prepares them: the text with its chat template, truncated to sequenceTokens, and which part counts in the loss. The weights are not loaded. Supports supervised TRL runs on this machine.",
  args: ["file"],
  options: StartRequest.omit({ id: true, model: true }),
  output: z.union([FirstBatch, TrainingPreflight]).describe("The rows; where a check did not pass, the checks"),
  examples: ["-C examples/tiny train preview"],
  run: async (io, request) => {
    const { batchText, previewBatch } = await import("../../programme/training/preview-batch.ts");
    const { checksText } = await import("../../programme/training/training-text.ts");
    const { startPlace } = await import("../../programme/training/start-place.ts");
    const previewed = await previewBatch(request, await startPlace(io));
    if ("preflight" in previewed) {
      const { preflight } = previewed;
      return {
        json: preflight,
        text: () => checksText(preflight.checks),
        next: commandLine(["train", "start", request.file, "--dry-run"]),
        failed: "the run cannot start: correct the checks that say NO",
      };
    }
    const { batch } = previewed;
    const isEmpty = batch.counted === 0;
    return {
      json: batch,
      text: () => batchText(batch),
      next: commandLine(["train", "start", request.file]),
      ...(isEmpty ? { failed: "no token of the first rows counts in the loss" } : {}),
    };
  },
});
