import { resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { WatchMigration } from "../../domain/watch-migration.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  to: z.string().min(1).describe("New base model: an id of the catalogue, or a config.json in the folder"),
});

/** `tunewright watch migrate [DIR] --to MODEL`: estimates the effort of moving to another base model. */
export default defineCommand({
  description:
    "Plan the move to another base model: the end-of-life dates of the old one, differences in tokenizer, chat template, licence and context, memory, speed and cost of training and serving on both, the cost of the migration compared with the published 8,000 to 40,000 USD, and the commands to run before switching. Nothing is downloaded: tokenizers and templates are compared if both models are in the local Hub cache.",
  args: ["dir"],
  options: Options,
  output: WatchMigration,
  examples: ["watch migrate my-programme --to Qwen/Qwen3-8B"],
  run: async (io, { dir, to }) => {
    const { planMigration } = await import("../../programme/watch/plan-migration.ts");
    const { migrationText } = await import("../../watch/migration-text.ts");
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const answer = await planMigration({
      dir: resolve(io.cwd, dir),
      shown: dir,
      to,
      on: isoDay(io.now()),
      hubCache: hubCacheOf(io.env),
      onStep: (step, fraction) => io.progress(step, fraction),
    });
    return { json: answer, text: () => migrationText(answer), next: answer.before[0]! };
  },
});
