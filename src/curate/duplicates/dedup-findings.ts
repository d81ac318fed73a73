import { counted, percent } from "../../base/words.ts";
import type { DedupFinding, DedupOptions } from "../../domain/dedup.ts";
import type { SparedRows } from "./spare-crowds.ts";

/** Rows below which a share says nothing. */
const LEAST_ROWS = 20;

/** What became of the rows, as far as somebody has to know of it. */
export type DedupFacts = {
  sources: readonly SourceCounts[];
  /** The largest cluster of those that were spared. */
  crowd: (Crowd & { name: string }) | undefined;
  crowdedRows: number;
  withoutWords: number;
};

/** The row that very many are like, how many, and how many such rows there are with all that are like them. */
export type Crowd = { keeper: number; texts: number; clusters: number; rows: number };

/** What became of the rows of one source. */
export type SourceCounts = { name: string; rows: number; dropped: number };

/** What a person should look at before rows are thrown away. */
export function dedupFindings(
  { sources, crowd, crowdedRows, withoutWords }: DedupFacts,
  { removalAlarm, clusterCap }: Pick<DedupOptions, "removalAlarm" | "clusterCap">,
): DedupFinding[] {
  const findings = sources.flatMap((source) => removal(source, removalAlarm));
  if (crowd !== undefined) {
    const { name, texts, clusters, rows } = crowd;
    const others =
      clusters === 1 ? "" : `, as do ${counted(rows - texts, "row")} like ${counted(clusters - 1, "other row")}`;
    const detail = `${counted(texts, "different text")} are like ${name}, more than ${clusterCap}: a template, perhaps, and not one text, so all of them stay${others}`;
    findings.push({ finding: "large-cluster", rows, detail });
  }
  if (crowdedRows > 0) {
    const detail = `${counted(crowdedRows, "row")} had more candidates than were compared: some duplicates may be left`;
    findings.push({ finding: "crowded", rows: crowdedRows, detail });
  }
  if (withoutWords > 0) {
    const detail = `${counted(withoutWords, "row")} with no text, or without the field, ${withoutWords === 1 ? "was" : "were"} left alone`;
    findings.push({ finding: "no-words", rows: withoutWords, detail });
  }
  return findings;
}

function removal({ name, rows, dropped }: SourceCounts, alarm: number): DedupFinding[] {
  if (rows < LEAST_ROWS || dropped <= alarm * rows) return [];
  const detail = `${name} loses ${counted(dropped, "row")} of ${counted(rows, "row")} (${percent(dropped / rows)}): look at samples before throwing them away`;
  return [{ finding: "source-removal", rows: dropped, detail }];
}

/** The row that most of the spared rows are like, of equals the first; undefined where none was spared. */
export function largestCrowd({ keepers }: SparedRows): Crowd | undefined {
  const counts = new Map<number, number>();
  for (const keeper of keepers) counts.set(keeper, (counts.get(keeper) ?? 0) + 1);
  const [first] = [...counts].toSorted(([a, most], [b, other]) => other - most || a - b);
  return first && { keeper: first[0], texts: first[1], clusters: counts.size, rows: keepers.length };
}
