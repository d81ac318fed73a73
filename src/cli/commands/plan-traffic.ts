import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Day } from "../../domain/source.ts";
import { TrafficImport, UsageFormat } from "../../domain/traffic-import.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z
    .array(z.string().min(1))
    .min(1)
    .describe("Usage exports: .csv, .tsv, .json, .jsonl (also .gz), .parquet; several pages are read as one"),
  format: z
    .enum(["auto", ...UsageFormat.options])
    .default("auto")
    .describe("Format of the files"),
  model: z.string().min(1).optional().describe("Only requests to this model, as the export names it"),
  from: Day.optional().describe("First day that counts, UTC"),
  to: Day.optional().describe("Last day that counts, UTC"),
  days: z.number().min(0.01).max(36_600).optional().describe("Days that the files cover, if rows have no time"),
  tokenizer: z
    .string()
    .optional()
    .describe("Tokenizer for rows with texts but no usage: tokenizer.json, o200k_base, cl100k_base or characters"),
  ownTokenizer: z
    .string()
    .optional()
    .describe("tokenizer.json of the model to be served, to convert the counts to its tokens"),
  out: z.string().min(1).optional().describe("Write the month to this file, for other commands and programme.yaml"),
});

/** `tunewright plan traffic FILE...`: computes a month of traffic from usage exports. */
export default defineCommand({
  description:
    "Read usage exports (OpenAI's usage as CSV or JSON, LiteLLM spend logs, Langfuse observations, JSONL of requests) into an average month: tokens, requests, lengths, cached share, batches, peak over mean, growth. Every row is used, skipped or rejected with its reason.",
  args: ["file"],
  options: Options,
  output: TrafficImport,
  examples: [
    "plan traffic completions_usage.csv --out traffic.json",
    "plan traffic spend.csv --model gpt-4o --from 2026-10-01 --to 2026-10-31",
    "plan traffic requests.jsonl --tokenizer o200k_base --own-tokenizer tokenizer.json",
  ],
  run: async (io, { file, tokenizer, ownTokenizer, out, ...options }) => {
    const [{ importTraffic }, { trafficText }, { trafficCounters }] = await Promise.all([
      import("../../programme/traffic/import-traffic.ts"),
      import("../../programme/traffic/traffic-text.ts"),
      import("../../programme/traffic/traffic-counters.ts"),
    ]);
    const paths = file.map((shown) => ({ path: resolve(io.cwd, shown), shown }));
    const counters = await trafficCounters({ tokenizer, ownTokenizer }, io.cwd);
    const imported = await importTraffic(paths, {
      ...options,
      model: options.model,
      from: options.from,
      to: options.to,
      days: options.days,
      nowMs: io.now().getTime(),
      countTokens: counters.count,
      onTexts: counters.pair,
      onProgress: (path, fraction) => io.progress(`reading ${path}`, fraction),
    });
    const answer: TrafficImport = {
      ...imported,
      traffic: counters.withRatio(imported.traffic),
      out: out ?? null,
    };
    if (out !== undefined) {
      const { atomicWrite } = await import("../../base/atomic-write.ts");
      await atomicWrite(resolve(io.cwd, out), `${JSON.stringify(answer.traffic, undefined, 2)}\n`);
    }
    return {
      json: answer,
      text: () => trafficText(answer),
      next:
        out === undefined
          ? commandLine(["plan", "traffic", ...file, "--out", "traffic.json"])
          : commandLine(["plan", "serve", "--traffic", out]),
    };
  },
});
