import { textTable } from "../../base/text-table.ts";
import { whole } from "../../base/words.ts";
import type { DedupResult, DuplicateCluster } from "../../domain/dedup.ts";

const HOW: Readonly<Record<DedupResult["method"], string>> = {
  near: "by the Jaccard similarity of all shingles",
  exact: "by all words in their order",
  simhash: "by a hash of 64 bits",
  paragraphs: "by the share of words in repeated paragraphs",
  passages: "by the share of words in passages of 50 words that earlier rows have",
  vectors: "by the cosine of their vectors",
};

/** What was dropped, for people: a line a file, the first clusters, what to look at. */
export function dedupText({
  files,
  clusters,
  samples,
  findings,
  method,
  threshold,
  verified,
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
    `${whole(clusters)} kept rows stand for others (${method === "exact" || method === "simhash" ? "" : `from ${threshold} on, `}${how})`,
    ...samples.map((cluster) => `  ${clusterText(cluster)}`),
    ...findings.map(({ finding, detail }) => `warning: ${detail} (${finding})`),
    ...(out === null ? [] : [`rows: ${out}`]),
  ].join("\n");
}

/** A cluster on one line. Rows are lines from 0. */
export function clusterText({ keep, file, drop }: DuplicateCluster): string {
  const of = (name: string | undefined): string => (name === undefined ? "" : ` of ${name}`);
  const dropped = drop.map(({ row, jaccard, file: own }) => {
    return `${row}${of(own)}${jaccard === null ? "" : ` (${jaccard.toFixed(2)})`}`;
  });
  return `row ${keep}${of(file)} stays for ${dropped.join(", ")}`;
}
