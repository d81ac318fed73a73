import { existsSync } from "node:fs";
import { resolve } from "node:path";

import * as z from "zod";

import { refuseOverwrite, refuseSameFile } from "../../base/atomic-file.ts";
import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { ignoredOption } from "../../curate/duplicates/ignored-options.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { DedupOptions, DedupResult, DuplicateCluster } from "../../domain/dedup.ts";
import { defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  ...DedupOptions.shape,
  clusters: z.boolean().default(false).describe("Print each kept row with the rows that are dropped for it"),
  histogram: z
    .boolean()
    .default(false)
    .describe("Count the rows by similarity from 0.5 on, and suggest a threshold: reads the files again"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
  out: z.string().min(1).optional().describe("File for the rows that stay, as JSONL"),
  dropped: z
    .string()
    .min(1)
    .optional()
    .describe("File for the rows that go for another, each with its reason and that row, as JSONL"),
  index: z
    .string()
    .min(1)
    .optional()
    .describe(
      "File with the rows of earlier imports: rows like those go; with --out the rows that stay are added to it",
    ),
});

/** `tunewright data dedup`: exact and near duplicates in and between files. */
export default defineCommand({
  description:
    "Find rows that say the same as another, word for word or nearly (Jaccard similarity of 5-word shingles, all of them compared). Every row that is dropped has a kept row that it is like; no two kept rows are alike. Of rows to train on prompt and answer have to be alike, each; the same prompt with another answer is reported. Case and punctuation do not count; signs that mean something do, such as + - < > = $ % and emoji, and what stands inside numbers and paths.",
  args: ["file"],
  options: Options,
  output: z.union([DedupResult, DuplicateCluster]).describe("the counts; one line per cluster with --clusters"),
  examples: [
    "data dedup train.jsonl --out deduped.jsonl --dropped duplicates.jsonl",
    "data dedup pages.jsonl --text-field text --threshold 0.8 --clusters --json",
    "data dedup train.jsonl --histogram",
    "data dedup november.jsonl --text-field text --index seen.index --out new.jsonl",
    "data dedup embedded.jsonl --method vectors --vector-field embedding",
    "data dedup train.jsonl eval.csv --keep source --sources eval.csv --sources train.jsonl",
  ],
  run: async (io, { file, clusters, histogram, out, dropped, index, delimiter, ...given }, named) => {
    refuseIgnored(given, named);
    // Embeddings of unrelated texts often have cosines around .8.
    const options = given.method === "vectors" && !named.has("threshold") ? { ...given, threshold: 0.95 } : given;
    const { runDedup } = await import("../../curate/duplicates/run-dedup.ts");
    const { clusterText, dedupText } = await import("../../curate/duplicates/dedup-text.ts");
    const here = (path: string | undefined): string | undefined =>
      path === undefined ? undefined : resolve(io.cwd, path);
    const paths = { out: here(out), dropped: here(dropped), index: here(index) };
    refuseSameFile(
      Object.values(paths),
      file.map((name) => resolve(io.cwd, name)),
    );
    for (const path of [paths.out, paths.dropped]) {
      if (path !== undefined) refuseOverwrite(path, existsSync(path) && (await io.confirm(`Replace ${path}?`)));
    }
    const onlyLooks = clusters && out === undefined && dropped === undefined;
    const {
      result,
      clusters: all,
      stopped,
    } = await runDedup({
      ...paths,
      files: file.map((name) => ({ path: resolve(io.cwd, name), name })),
      options,
      read: { delimiter, onProgress: io.progress },
      wantsHistogram: histogram,
      mayDrop: ({ detail }) => (onlyLooks ? Promise.resolve(true) : io.confirm(`${detail}. Go on?`)),
    });
    const shown = { ...result, out: result.out === null ? null : out! };
    const ending = outcome(shown, { file, textField: options.textField, stopped });
    if (!clusters) return { json: shown, text: () => dedupText(shown), ...ending };
    for (const { detail } of shown.findings) io.note(`warning: ${detail}`);
    const lines = all();
    return { json: each(lines), text: () => lines.map(clusterText).join("\n"), ...ending };
  },
});

/** Makes sure that each flag on the command line does something. */
function refuseIgnored(options: DedupOptions, named: ReadonlySet<string>): void {
  const ignored = ignoredOption(options, (name) => named.has(name));
  if (ignored === undefined) return;
  const { name, beside, needs } = ignored;
  const flag =
    name === "verify" ? "--no-verify" : `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const other = options[beside] === undefined ? `no --${beside}` : `--${beside} ${options[beside]}`;
  throw new Failure("bad_input", `${flag} does nothing with ${other}`, {
    hint: needs === undefined ? `leave out ${flag} or --${beside}` : `leave out ${flag}, or add --${beside} ${needs}`,
  });
}

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

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
