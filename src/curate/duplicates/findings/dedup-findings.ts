import { counted, percent } from "../../../base/words.ts";
import type { DedupFinding, DedupOptions } from "../../../domain/dedup.ts";
import type { Drops } from "../find-drops.ts";
import { firstOfEach } from "../first-of-each.ts";
import type { Sketches } from "../sketches.ts";

/** Minimum rows for a meaningful share. */
const LEAST_ROWS = 20;

/** Data of the rows that the findings require. */
export type DedupFacts = {
  sources: readonly SourceCounts[];
  /** Dropped rows that are not exact copies. */
  near: number;
  /** The largest clusters. */
  clusters: readonly NamedCluster[];
  conflicts: { rows: ArrayLike<number>; prompts: number; samples: readonly (readonly string[])[] };
  /** Exact duplicates that differ from the kept row in case, punctuation or white space; the first by name. */
  written: { rows: number; samples: readonly { row: string; keeper: string }[] };
  /** The row with the largest number of similar but different texts. */
  crowd: (Crowd & { name: string }) | undefined;
  crowdedRows: number;
  withoutWords: number;
};

/** A kept row and the first rows dropped for it, by name. */
export type NamedCluster = { keeper: string; size: number; rows: readonly string[]; jaccard: readonly number[] };

/** The row with the largest number of similar but different texts, and that number. */
export type Crowd = { keeper: number; texts: number };

/** Counts of the rows of one source. */
export type SourceCounts = { name: string; rows: number; dropped: number };

/** Findings to review before rows are dropped. */
export function dedupFindings(
  facts: DedupFacts,
  { removalAlarm, clusterAlarm, nearLimit }: Pick<DedupOptions, "removalAlarm" | "clusterAlarm" | "nearLimit">,
): DedupFinding[] {
  const { sources, crowd, crowdedRows, withoutWords } = facts;
  const findings = [
    ...nearRemoval(facts, nearLimit),
    ...conflictFinding(facts.conflicts),
    ...writtenFinding(facts.written),
    ...sources.flatMap((source) => removal(source, removalAlarm)),
  ];
  if (crowd !== undefined && crowd.texts > clusterAlarm) {
    const detail = `${counted(crowd.texts, "different text")} are similar to ${crowd.name}, more than ${clusterAlarm}: check whether they share a template but differ in content`;
    findings.push({ finding: "large-cluster", rows: crowd.texts, detail });
  }
  if (crowdedRows > 0) {
    const detail = `${counted(crowdedRows, "row")} had more candidates than were compared, because they share a template: some duplicates may remain. Compare the part that differs (--text-field, textField), or raise the threshold; --method exact compares every row`;
    findings.push({ finding: "crowded", rows: crowdedRows, detail });
  }
  if (withoutWords > 0) {
    const detail = `${counted(withoutWords, "row")} with no text, or without the field, ${withoutWords === 1 ? "was" : "were"} ignored`;
    findings.push({ finding: "no-words", rows: withoutWords, detail });
  }
  return findings;
}

function nearRemoval({ sources, near, clusters }: DedupFacts, limit: number): DedupFinding[] {
  const rows = sources.reduce((sum, source) => sum + source.rows, 0);
  if (rows < LEAST_ROWS || near <= limit * rows) return [];
  const shown = clusters.map(({ keeper, size, rows: names, jaccard }) => {
    const like = names.map((name, index) =>
      Number.isNaN(jaccard[index]) ? name : `${name} (${jaccard[index]!.toFixed(2)})`,
    );
    return `${keeper} would be kept in place of ${counted(size, "row")}, such as ${like.join(", ")}`;
  });
  const detail = `${counted(near, "row")} of ${counted(rows, "row")} (${percent(near / rows)}) are near-duplicates, more than ${percent(limit)}; the largest clusters: ${shown.join("; ")}`;
  return [{ finding: "near-removal", rows: near, detail }];
}

function conflictFinding({ rows, prompts, samples }: DedupFacts["conflicts"]): DedupFinding[] {
  if (prompts === 0) return [];
  const shown = samples.map((group) => group.join(", ")).join("; ");
  const detail = `${counted(rows.length, "row")} with ${counted(prompts, "prompt")} have the same prompt as another row but a different answer, label or preference, and are kept: ${shown}${samples.length < prompts ? "; and more" : ""}`;
  return [{ finding: "label-conflict", rows: rows.length, detail }];
}

function writtenFinding({ rows, samples }: DedupFacts["written"]): DedupFinding[] {
  if (rows === 0) return [];
  const shown = samples.map(({ row, keeper }) => `${row} and ${keeper}`).join(", ");
  const detail = `${counted(rows, "row")} ${rows === 1 ? "was" : "were"} merged with a row that has the same words but differs in case, punctuation or white space: ${shown}${samples.length < rows ? ", and more" : ""}`;
  return [{ finding: "written-differently", rows, detail }];
}

function removal({ name, rows, dropped }: SourceCounts, alarm: number): DedupFinding[] {
  if (rows < LEAST_ROWS || dropped <= alarm * rows) return [];
  const detail = `${name} loses ${counted(dropped, "row")} of ${counted(rows, "row")} (${percent(dropped / rows)}): review samples before dropping them`;
  return [{ finding: "source-removal", rows: dropped, detail }];
}

/** Dropped rows whose words and punctuation differ from those of the kept row. */
export function nearRows(sketches: Pick<Sketches, "whole">, { keeper }: Drops): number {
  return keeper.reduce((sum, kept, row) => sum + (kept !== row && isNear(sketches, row, kept) ? 1 : 0), 0);
}

/**
 * The row with the largest number of similar but different texts; if equal, the first; undefined if rows have only
 * exact copies.
 */
export function largestCrowd(sketches: Pick<Sketches, "tokens" | "whole">, { keeper }: Drops): Crowd | undefined {
  const first = firstOfEach(sketches, undefined);
  const counts = new Uint32Array(keeper.length);
  for (let row = 0; row < keeper.length; row++) {
    if (first[row] === row && isNear(sketches, row, keeper[row]!)) counts[keeper[row]!]! += 1;
  }
  let best = 0;
  for (let row = 1; row < counts.length; row++) if (counts[row]! > counts[best]!) best = row;
  return counts.length === 0 || counts[best] === 0 ? undefined : { keeper: best, texts: counts[best]! };
}

function isNear({ whole }: Pick<Sketches, "whole">, row: number, kept: number): boolean {
  return whole[2 * row] !== whole[2 * kept] || whole[2 * row + 1] !== whole[2 * kept + 1];
}
