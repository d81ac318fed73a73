import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { DedupResult, DuplicateCluster } from "../../domain/dedup.ts";
import { DedupRequest } from "../../domain/dedup-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data dedup`: finds exact and near-duplicates in and between files. */
export default defineCommand({
  description:
    "Find exact and near-duplicate rows (Jaccard similarity of 5-word shingles, all pairs). Every dropped row has a similar kept row; no two kept rows are similar. In training rows, both prompt and answer must be similar; equal prompts with different answers are reported. Case and punctuation are ignored; meaningful symbols are not, such as + - < > = $ % and emoji, and those inside numbers and paths.",
  args: ["file"],
  options: DedupRequest,
  output: z.union([DedupResult, DuplicateCluster]).describe("the counts; one line per cluster with --clusters"),
  examples: [
    "data dedup train.jsonl --out deduped.jsonl --dropped duplicates.jsonl",
    "data dedup pages.jsonl --text-field text --threshold 0.8 --clusters --json",
    "data dedup train.jsonl --histogram",
    "data dedup november.jsonl --text-field text --index seen.index --out new.jsonl",
    "data dedup embedded.jsonl --method vectors --vector-field embedding",
    "data dedup train.jsonl eval.csv --keep source --sources eval.csv --sources train.jsonl",
  ],
  run: async (io, request, stated) => {
    const { dedup } = await import("../../programme/datasets/dedup.ts");
    const { clusterText, dedupText } = await import("../../curate/duplicates/dedup-text.ts");
    const { result, clusters, stopped } = await dedup(io, { request, stated });
    const ending = outcome(result, { file: request.file, textField: request.textField, stopped });
    if (!request.clusters) return { json: result, text: () => dedupText(result), ...ending };
    for (const { detail } of result.findings) io.note(`warning: ${detail}`);
    const lines = clusters();
    return { json: visit(lines), text: () => lines.map(clusterText).join("\n"), ...ending };
  },
});

/** Findings for which the clusters should be reviewed. */
const ALARMS: ReadonlySet<string> = new Set(["near-removal", "source-removal", "large-cluster"]);

/** The next command. Files without any words to compare fail. */
function outcome(
  { files, out, findings }: DedupResult,
  { file, textField, stopped }: { file: readonly string[]; textField: string | undefined; stopped: unknown },
): { failed?: string; next: string } {
  if (files.every(({ wordsIn }) => wordsIn === 0)) {
    const where = textField === undefined ? "" : ` in the field ${textField}`;
    return { failed: `no row has words to compare${where}`, next: commandLine(["data", "inspect", ...file]) };
  }
  const field = textField === undefined ? [] : ["--text-field", textField];
  const isAlarm = findings.some(({ finding }) => ALARMS.has(finding));
  if (stopped !== undefined) {
    return {
      failed: "the share of near-duplicates exceeds --near-limit; nothing was written. --yes continues",
      next: commandLine(["data", "dedup", ...file, ...field, "--clusters"]),
    };
  }
  if (out !== null && files.every(({ rowsKept }) => rowsKept === 0))
    return { next: "no row is new: look at them with --dropped FILE" };
  if (out !== null) return { next: commandLine(["data", "inspect", out]) };
  return {
    next: commandLine(["data", "dedup", ...file, ...field, ...(isAlarm ? ["--clusters"] : ["--out", "deduped.jsonl"])]),
  };
}

async function* visit<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
