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
    "Find rows that say the same as another, word for word or nearly (Jaccard similarity of 5-word shingles, all of them compared). Every row that is dropped has a kept row that it is like; no two kept rows are alike, but those of clusters beyond --cluster-cap. Case and punctuation do not count; signs that mean something do, such as + - < > = $ % and emoji.",
  args: ["file"],
  options: Options,
  output: z.union([DedupResult, DuplicateCluster]).describe("the counts; one line per cluster with --clusters"),
  examples: [
    "data dedup train.jsonl --out deduped.jsonl --dropped duplicates.jsonl",
    "data dedup pages.jsonl --text-field text --threshold 0.8 --clusters --json",
    "data dedup november.jsonl --text-field text --index seen.index --out new.jsonl",
    "data dedup embedded.jsonl --method vectors --vector-field embedding",
    "data dedup train.jsonl eval.csv --keep source --sources eval.csv --sources train.jsonl",
  ],
  run: async (io, { file, clusters, out, dropped, index, delimiter, ...given }, named) => {
    refuseIgnored(given, named);
    // Embeddings of unrelated texts often have cosines around .8.
    const options = given.method === "vectors" && !named.has("threshold") ? { ...given, threshold: 0.95 } : given;
    const { findDuplicates } = await import("../../curate/duplicates/dedup-files.ts");
    const { dedupResult, duplicateClusters } = await import("../../curate/duplicates/dedup-result.ts");
    const { clusterText, dedupText } = await import("../../curate/duplicates/dedup-text.ts");
    const { openIndex } = await import("../../curate/duplicates/index-file.ts");
    const { updateIndex } = await import("../../curate/duplicates/update-index.ts");
    const { writeDropped } = await import("../../curate/duplicates/write-dropped.ts");
    const { writeKept } = await import("../../curate/duplicates/write-kept.ts");
    const here = (path: string | undefined): string | undefined =>
      path === undefined ? undefined : resolve(io.cwd, path);
    const [target, droppedPath, indexPath] = [here(out), here(dropped), here(index)];
    refuseSameFile(
      [target, droppedPath, indexPath],
      file.map((name) => resolve(io.cwd, name)),
    );
    for (const path of [target, droppedPath]) {
      if (path !== undefined) refuseOverwrite(path, existsSync(path) && (await io.confirm(`Replace ${path}?`)));
    }
    const read = { delimiter, onProgress: io.progress };
    const files = file.map((name) => ({ path: resolve(io.cwd, name), name }));
    const earlier = indexPath === undefined ? undefined : await openIndex(indexPath);
    const found = await findDuplicates(files, options, { ...read, index: earlier });
    if (target !== undefined) await writeKept(found, target, read);
    if (droppedPath !== undefined) {
      await writeDropped(found, droppedPath, { ...read, method: options.method, overwrite: true });
    }
    if (indexPath !== undefined && target !== undefined) await updateIndex(indexPath, found, { ...options, ...read });
    const result = dedupResult(found, options, out ?? null);
    const ending = outcome(result, { file, textField: options.textField });
    if (!clusters) return { json: result, text: () => dedupText(result), ...ending };
    for (const { detail } of result.findings) io.note(`warning: ${detail}`);
    const lines = duplicateClusters(found, options);
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

/** What to do next; files without a word to compare fail. */
function outcome(
  { files, out, findings }: DedupResult,
  { file, textField }: { file: readonly string[]; textField: string | undefined },
): { failed?: string; next: string } {
  if (files.every(({ wordsIn }) => wordsIn === 0)) {
    const where = textField === undefined ? "" : ` in the field ${textField}`;
    return { failed: `no row has a word to compare${where}`, next: commandLine(["data", "inspect", ...file]) };
  }
  const field = textField === undefined ? [] : ["--text-field", textField];
  const isAlarm = findings.some(({ finding }) => finding === "source-removal" || finding === "large-cluster");
  if (out !== null) return { next: commandLine(["data", "inspect", out]) };
  return {
    next: commandLine(["data", "dedup", ...file, ...field, ...(isAlarm ? ["--clusters"] : ["--out", "deduped.jsonl"])]),
  };
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
