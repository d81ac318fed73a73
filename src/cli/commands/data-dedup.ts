import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { DedupResult, DuplicateCluster } from "../../domain/dedup.ts";
import { DedupRequest } from "../../domain/dedup-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data dedup`: exact and near duplicates in and between files. */
export default defineCommand({
  description:
    "Find rows that say the same as another, word for word or nearly (Jaccard similarity of 5-word shingles, all of them compared). Every row that is dropped has a kept row that it is like; no two kept rows are alike. Of rows to train on prompt and answer have to be alike, each; the same prompt with another answer is reported. Case and punctuation do not count; signs that mean something do, such as + - < > = $ % and emoji, and what stands inside numbers and paths.",
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

/** Findings for which the clusters should be looked at. */
const ALARMS: ReadonlySet<string> = new Set(["near-removal", "source-removal", "large-cluster"]);

/** What to do next; files without a word to compare fail. */
function outcome(
  { files, out, findings }: DedupResult,
  { file, textField, stopped }: { file: readonly string[]; textField: string | undefined; stopped: unknown },
): { failed?: string; next: string } {
  if (files.every(({ wordsIn }) => wordsIn === 0)) {
    const where = textField === undefined ? "" : ` in the field ${textField}`;
    return { failed: `no row has a word to compare${where}`, next: commandLine(["data", "inspect", ...file]) };
  }
  const field = textField === undefined ? [] : ["--text-field", textField];
  const isAlarm = findings.some(({ finding }) => ALARMS.has(finding));
  if (stopped !== undefined) {
    return {
      failed: "near-duplicates are more of the rows than --near-limit; nothing was written, --yes goes on",
      next: commandLine(["data", "dedup", ...file, ...field, "--clusters"]),
    };
  }
  if (out !== null) return { next: commandLine(["data", "inspect", out]) };
  return {
    next: commandLine(["data", "dedup", ...file, ...field, ...(isAlarm ? ["--clusters"] : ["--out", "deduped.jsonl"])]),
  };
}

async function* visit<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
