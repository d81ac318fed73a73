import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Day, PositiveMoney } from "../../domain/source.ts";
import { WatchQueue } from "../../domain/watch-queue.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Name of the monitor: watch/NAME.yaml"),
  from: Day.optional().describe("First day of the requests; default: 28 days ago"),
  rows: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("Maximum number of rows; default: as many as the budget pays for, or 200"),
  budgetUsd: PositiveMoney.optional().describe("Budget for labelling, USD"),
  usdPerRow: PositiveMoney.optional().describe("Cost of one labelled row, USD; default: the catalogue's range"),
  training: z
    .string()
    .min(1)
    .optional()
    .describe("Training dataset of the model: prompts unlike it count as hard; default: the reference"),
  random: z
    .boolean()
    .default(false)
    .describe("Draw requests at random instead; their labels correct rates in watch check"),
  out: z.string().min(1).optional().describe("File to write; default: watch/queues/NAME-DAY.jsonl"),
});

/** `tunewright watch queue NAME`: selects hard cases for labelling. */
export default defineCommand({
  description:
    "Collect hard cases of production into a dataset file for labelling: rated badly, declined, in the wrong format, unlike the reference, or not supported by the prompt according to the judge. Near-duplicates count once, the reasons alternate, and each row is chosen to differ as much as possible from the earlier ones, within the labelling budget. A row is queued only once.",
  args: ["name"],
  options: Options,
  output: WatchQueue,
  examples: [
    "watch queue support",
    "watch queue support --random --rows 100",
    "watch queue support --budget-usd 150 --usd-per-row 0.6 --training data/train.jsonl",
  ],
  run: async (io, { name, from, rows, budgetUsd, usdPerRow, training, random, out }) => {
    const { queueCases } = await import("../../programme/watch/queue-cases.ts");
    const { queueText } = await import("../../programme/watch/queue-text.ts");
    const answer = await queueCases({
      programmeDir: io.cwd,
      name,
      from,
      rows,
      budgetUsd: budgetUsd === undefined ? undefined : Number(budgetUsd),
      usdPerRow: usdPerRow === undefined ? undefined : Number(usdPerRow),
      training: training === undefined ? undefined : { path: resolve(io.cwd, training), shown: training },
      isRandom: random,
      out,
      nowMs: io.now().getTime(),
    });
    return {
      json: answer,
      text: () => queueText(answer),
      next: commandLine(["data", "inspect", answer.out]),
    };
  },
});
