import { textTable } from "../../base/text-table.ts";
import { whole } from "../../base/words.ts";
import type { DedupResult, DuplicateCluster, SimilarityHistogram } from "../../domain/dedup.ts";

const HOW: Readonly<Record<DedupResult["method"], string>> = {
  near: "by the Jaccard similarity of all shingles",
  exact: "by all words in their order",
  simhash: "by a 64-bit hash",
  paragraphs: "by the share of words in repeated paragraphs",
  passages: "by the share of words in 50-word passages of earlier rows",
  vectors: "by the cosine of their vectors",
};

/** Text of the result: a line for each file, the first clusters, findings to review. */
export function dedupText({
  files,
  clusters,
  samples,
  findings,
  method,
  threshold,
  verified,
  conflicts,
  writtenDifferently,
  histogram,
  out,
}: DedupResult): string {
  const table = textTable(
    [
      { head: "file" },
      ...["rows in", "exact", "near", "unreadable", "kept", "words in", "words kept"].map((head) => ({
        head,
        align: "right" as const,
      })),
    ],
    files.map(({ file, rowsIn, exact, near, unreadable, rowsKept, wordsIn, wordsKept }) => [
      file,
      ...[rowsIn, exact, near, unreadable, rowsKept, wordsIn, wordsKept].map(whole),
    ]),
  );
  const how = verified ? HOW[method] : "by sketches, not compared";
  return [
    table,
    "",
    `${whole(clusters)} kept rows represent others (${method === "exact" || method === "simhash" ? "" : `from ${threshold} on, `}${how})`,
    ...samples.map((cluster) => `  ${clusterText(cluster)}`),
    ...conflictLines(conflicts),
    ...writtenLines(writtenDifferently),
    ...(histogram === null ? [] : histogramLines(histogram)),
    ...findings.map(({ finding, detail }) => `warning: ${detail} (${finding})`),
    ...(out === null ? [] : [`rows: ${out}`]),
  ].join("\n");
}

/** The first prompts with several answers. */
function conflictLines({ samples }: DedupResult["conflicts"]): string[] {
  return samples.flatMap(({ prompt, rows }) => [
    `  prompt with several answers: ${prompt}`,
    ...rows.map(({ row, file, answer }) => `    line ${row + 1}${ofFile(file)}: ${answer ?? "of an earlier import"}`),
  ]);
}

/** The first rows that were merged with a row that is written differently. */
function writtenLines({ samples }: DedupResult["writtenDifferently"]): string[] {
  return samples.flatMap(({ row, file, text, kept }) => [
    `  merged although written differently: line ${row + 1}${ofFile(file)}: ${JSON.stringify(text)}`,
    `    kept: line ${kept.row + 1}${ofFile(kept.file)}: ${kept.text === null ? "of an earlier import" : JSON.stringify(kept.text)}`,
  ]);
}

/** Longest bar of the histogram, in characters. */
const BAR = 40;

/** The histogram of similarities as bars, with the threshold that it suggests. */
function histogramLines({ bins, exact, suggested, basis }: SimilarityHistogram): string[] {
  const most = Math.max(1, ...bins.map(({ rows }) => rows));
  const table = textTable(
    [{ head: "similarity" }, { head: "rows", align: "right" }, { head: "" }],
    [
      ...bins.map(({ from, to, rows }) => [
        `${from.toFixed(2)} to ${to.toFixed(2)}`,
        whole(rows),
        "#".repeat(Math.ceil((BAR * rows) / most)),
      ]),
      ["exact", whole(exact), ""],
    ],
  );
  return ["", table, `suggested threshold: ${suggested ?? "none"} (${basis})`];
}

function ofFile(name: string | undefined): string {
  return name === undefined ? "" : ` of ${name}`;
}

/** A cluster on one line. Rows are named by their lines, from 1, as everywhere in texts. */
export function clusterText({ keep, file, drop }: DuplicateCluster): string {
  const dropped = drop.map(({ row, jaccard, file: own }) => {
    return `${row + 1}${ofFile(own)}${jaccard === null ? "" : ` (${jaccard.toFixed(2)})`}`;
  });
  return `line ${keep + 1}${ofFile(file)} is kept in place of ${dropped.join(", ")}`;
}
