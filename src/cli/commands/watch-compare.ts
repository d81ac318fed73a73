import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { WatchComparison } from "../../domain/watch-comparison.ts";
import { RequestSignal } from "../../domain/watch-file.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  before: z.string().min(1).describe("Earlier requests: a file that watch import can read"),
  after: z.string().min(1).describe("Later requests"),
  signal: z.array(RequestSignal).default([]).describe("Signal to compare; may be repeated; default: all"),
  format: z.string().min(1).optional().describe("Expected format of answers: json, or a regular expression"),
  level: z.number().min(0.001).max(0.5).default(0.05).describe("Probability of a false finding in any signal"),
});

/** `tunewright watch compare BEFORE AFTER`: compares two samples. */
export default defineCommand({
  description:
    "Compare two files of requests once: lengths, declined answers, format, language, prompts, latency, cost, feedback, with intervals and p-values corrected for the number of signals. Nothing is stored. For repeated checks use watch check: repeated tests raise false alarms. Exits with code 5 if a signal changed.",
  args: ["before", "after"],
  options: Options,
  output: WatchComparison,
  examples: [
    "watch compare march.jsonl june.jsonl",
    "watch compare march.jsonl june.jsonl --format json --signal format",
  ],
  run: async (io, { before, after, signal, format, level }) => {
    const { compareRequests } = await import("../../programme/watch/compare-requests.ts");
    const { comparisonText } = await import("../../watch/comparison-text.ts");
    const answer = await compareRequests({
      before: { path: resolve(io.cwd, before), shown: before },
      after: { path: resolve(io.cwd, after), shown: after },
      signals: signal.length === 0 ? undefined : signal,
      format: format === undefined ? undefined : format === "json" ? "json" : { pattern: format },
      level,
      nowMs: io.now().getTime(),
    });
    const changed = answer.signals.filter(({ isChanged }) => isChanged).length;
    return {
      json: answer,
      text: () => comparisonText(answer),
      ...(changed === 0 ? {} : { failed: `${counted(changed, "signal")} changed` }),
      next: commandLine(["watch", "import", after]),
    };
  },
});
