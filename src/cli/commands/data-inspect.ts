import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { DatasetProfile } from "../../domain/dataset-profile.ts";
import { InspectRequest } from "../../domain/inspect-request.ts";
import { defineCommand } from "../command.ts";

const COUNT = new Intl.NumberFormat("en-US");

/** `tunewright data inspect`: profiles dataset files. */
export default defineCommand({
  description:
    "Scan every row of dataset files: format, exact duplicates, untrainable rows with their lines, tokens and lengths.",
  args: ["file"],
  options: InspectRequest,
  output: z.array(DatasetProfile).describe("one per file, in order"),
  examples: [
    "data inspect train.jsonl",
    "data inspect train.jsonl eval.csv --exact --tokenizer tokenizer.json",
    "data inspect my-programme",
    "data inspect tickets.csv --prompt-field body --completion-field queue",
  ],
  run: async (io, request) => {
    const { inspectDatasets } = await import("../../programme/datasets/inspect-datasets.ts");
    const { profileText } = await import("../../curate/profile/profile-text.ts");
    const profiles = await inspectDatasets(io, request);
    return { json: profiles, text: () => profileText(profiles), ...outcome(profiles, request.file) };
  },
});

/** The next command. A file without any row to train on fails the inspection. */
function outcome(profiles: readonly DatasetProfile[], asked: readonly string[]): { failed?: string; next?: string } {
  const useless = profiles.find(({ validRows }) => validRows === 0);
  if (useless !== undefined) {
    return {
      failed: `${useless.path}: none of its ${COUNT.format(useless.rows)} rows can be trained on`,
      next: "name its fields: --prompt-field NAME --completion-field NAME, or --text-field NAME",
    };
  }
  const isSampled = profiles.some(({ tokens }) => tokens?.exact === false);
  return isSampled ? { next: commandLine(["data", "inspect", ...asked, "--exact"]) } : {};
}
