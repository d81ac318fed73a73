import { basename, isAbsolute, relative, resolve } from "node:path";

import * as z from "zod";

import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z.array(z.string()).min(1).describe("Dataset files: .jsonl, .json, .csv, .tsv (also .gz), .parquet"),
  exact: z.boolean().default(false).describe("Count the tokens of every row, not of a sample"),
  sampleRows: z.int().min(2).max(1_000_000).default(2000).describe("Rows of the sample"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the sample"),
  tokenizer: z
    .string()
    .optional()
    .describe("tokenizer.json of the model, or o200k_base, cl100k_base, characters; o200k_base where left out"),
  textField: z
    .string()
    .min(1)
    .optional()
    .describe("Field that holds the text of a row; formats are then not recognised"),
});

/** `tunewright data inspect`: what dataset files hold. */
export default defineCommand({
  description:
    "Scan every row of dataset files: format, exact duplicates, rows that cannot be trained on with their lines, tokens and lengths.",
  args: ["file"],
  options: Options,
  examples: ["data inspect train.jsonl", "data inspect train.jsonl eval.csv --exact --tokenizer tokenizer.json"],
  run: async (io, { file, tokenizer, ...options }) => {
    const { profileDataset } = await import("../../curate/profile.ts");
    const { profileText } = await import("../../curate/profile-text.ts");
    const { isNamedCounter } = await import("../../curate/token-counter.ts");
    const profiles: DatasetProfile[] = [];
    for (const path of file) {
      const step = `scanning ${basename(path)}`;
      io.progress(step, 0);
      const profile = await profileDataset(fromHere(io.cwd, path), {
        ...options,
        tokenizer: tokenizer === undefined || isNamedCounter(tokenizer) ? tokenizer : fromHere(io.cwd, tokenizer),
        onProgress: (fraction) => io.progress(step, fraction),
      });
      profiles.push({ ...profile, path });
    }
    const sampled = profiles.filter(({ tokens }) => tokens?.exact === false).map(({ path }) => path);
    return {
      json: profiles,
      text: () => profileText(profiles),
      ...(sampled.length > 0 && { next: `tunewright data inspect ${sampled.join(" ")} --exact` }),
    };
  },
});

/** A path of the user as this process can open it, kept short for messages. */
function fromHere(cwd: string, path: string): string {
  if (isAbsolute(path)) return path;
  return relative(process.cwd(), resolve(cwd, path)) || ".";
}
