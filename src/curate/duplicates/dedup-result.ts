import type {
  DedupedFile,
  DedupOptions,
  DedupResult,
  DuplicateCluster,
  LabelConflict,
  SimilarityHistogram,
  WrittenDifference,
} from "../../domain/dedup.ts";
import { type DedupFacts, dedupFindings, largestCrowd } from "./findings/dedup-findings.ts";
import type { IndexedRows } from "./index-file.ts";
import { conflictSamples } from "./findings/label-conflicts.ts";
import { largestClusters } from "./findings/largest-clusters.ts";
import { writtenDifferently } from "./findings/written-differently.ts";
import type { FoundDuplicates } from "./dedup-files.ts";
import { NO_ROW, UNREADABLE, WITHOUT_WORDS } from "./row-facts.ts";

/** Maximum number of clusters and conflicts shown, and of rows in each. */
export const SAMPLES = 3;

/** Method by which duplicates were detected. */
type Comparison = Pick<DedupOptions, "method" | "compat">;

/** Kept rows with the rows dropped for them, in the order of the kept rows. */
export function duplicateClusters(found: FoundDuplicates, comparison: Comparison): DuplicateCluster[] {
  const { files, drops } = found;
  const dropped = new Map<number, number[]>();
  for (let row = files[0]!.firstRow; row < drops.keeper.length; row++) {
    const keeper = drops.keeper[row]!;
    if (keeper === row) continue;
    const rows = dropped.get(keeper);
    if (rows === undefined) dropped.set(keeper, [row]);
    else rows.push(row);
  }
  const placed = (row: number): Placed => placeOf(found, row);
  return [...dropped]
    .toSorted(([a], [b]) => a - b)
    .map(([keeper, rows]) => {
      const { row, ...file } = placed(keeper);
      const drop = rows.map((value) => {
        const { row: line, ...own } = placed(value);
        const jaccard = drops.jaccard[value]!;
        const known = Number.isNaN(jaccard) ? { jaccard: null, reason: notCompared(comparison) } : { jaccard };
        return { row: line, ...known, ...own };
      });
      return { keep: row, ...file, drop };
    });
}

/** Reason why the similarity is unknown. */
function notCompared({ method, compat }: Comparison): string {
  if (compat !== undefined) return `${compat} makes clusters from bands alone, without comparing rows`;
  return method === "simhash" ? "64-bit hashes were compared, not shingles" : "not compared: --no-verify";
}

/** Line of a row, from 0, and its file if several are read or the row belongs to an earlier import. */
export type Placed = { row: number; file?: string; indexed?: true };

/** Position of a row. */
export function placeOf({ files, index }: FoundDuplicates, row: number): Placed {
  if (row < files[0]!.firstRow) return { ...indexedPlace(index!.rows, row), indexed: true };
  const { name, firstRow } = files.findLast((file) => file.firstRow <= row)!;
  return files.length === 1 ? { row: row - firstRow } : { row: row - firstRow, file: name };
}

/** File and line of a row of an earlier import. */
function indexedPlace({ files, places }: IndexedRows, row: number): { row: number; file: string } {
  return { row: places[2 * row + 1]!, file: files[places[2 * row]!]! };
}

/** Additional parts of a result. */
type DedupExtras = {
  out?: string | null;
  conflicts?: readonly LabelConflict[];
  written?: readonly WrittenDifference[];
  histogram?: SimilarityHistogram | null;
};

/** The result as counts, with findings to review. */
export function dedupResult(
  found: FoundDuplicates,
  options: DedupOptions,
  { out = null, conflicts = [], written = [], histogram = null }: DedupExtras = {},
): DedupResult {
  const clusters = duplicateClusters(found, options);
  const files = found.files.map((_file, index) => fileCounts(found, index));
  return {
    method: options.method,
    threshold: options.threshold,
    verified: options.method !== "simhash" && options.verify && options.compat === undefined,
    files,
    clusters: clusters.length,
    samples: clusters.slice(0, SAMPLES).map((cluster) => ({ ...cluster, drop: cluster.drop.slice(0, SAMPLES) })),
    conflicts: {
      prompts: found.conflicts.prompts,
      rows: found.conflicts.rows.length,
      samples: [...conflicts],
    },
    writtenDifferently: {
      rows: writtenDifferently(found.sketches, found.drops, 0).rows,
      samples: [...written],
    },
    histogram,
    findings: dedupFindings(facts(found, files), options),
    out,
  };
}

/** True for a row that is passed on: it is readable and not dropped. */
export function isKept({ kinds, drops }: FoundDuplicates, row: number): boolean {
  return kinds[row] !== NO_ROW && kinds[row] !== UNREADABLE && drops.keeper[row] === row;
}

function fileCounts(found: FoundDuplicates, index: number): DedupedFile {
  const { files, kinds, drops, sketches } = found;
  const end = files[index + 1]?.firstRow ?? kinds.length;
  const counts = { rowsIn: 0, rowsKept: 0, wordsIn: 0, wordsKept: 0, exact: 0, near: 0, unreadable: 0 };
  for (let row = files[index]!.firstRow; row < end; row++) {
    if (kinds[row] === NO_ROW) continue;
    counts.rowsIn += 1;
    counts.wordsIn += sketches.tokens[row]!;
    const keeper = drops.keeper[row]!;
    if (isKept(found, row)) {
      counts.rowsKept += 1;
      counts.wordsKept += sketches.tokens[row]!;
    } else if (kinds[row] === UNREADABLE) counts.unreadable += 1;
    else if (isSameText(sketches.whole, row, keeper)) counts.exact += 1;
    else counts.near += 1;
  }
  return { file: files[index]!.name, ...counts };
}

/** True if two rows have the same words and punctuation in the same order. */
export function isSameText(whole: Uint32Array, row: number, keeper: number): boolean {
  return whole[2 * row] === whole[2 * keeper] && whole[2 * row + 1] === whole[2 * keeper + 1];
}

function facts(found: FoundDuplicates, files: readonly DedupedFile[]): DedupFacts {
  const { drops, conflicts, kinds, sketches } = found;
  const crowd = largestCrowd(sketches, drops);
  const merged = writtenDifferently(sketches, drops, SAMPLES);
  const nameOf = (row: number): string => {
    const { row: line, file } = placeOf(found, row);
    return `line ${line + 1}${file === undefined ? "" : ` of ${file}`}`;
  };
  return {
    sources: files.map(({ file, rowsIn, exact, near }) => ({ name: file, rows: rowsIn, dropped: exact + near })),
    near: files.reduce((sum, { near }) => sum + near, 0),
    clusters: largestClusters(drops, SAMPLES).map(({ keeper, rows, ...rest }) => ({
      ...rest,
      keeper: nameOf(keeper),
      rows: rows.map(nameOf),
    })),
    conflicts: { ...conflicts, samples: conflictSamples(conflicts, SAMPLES).map((group) => group.map(nameOf)) },
    written: {
      rows: merged.rows,
      samples: merged.samples.map(({ row, keeper }) => ({ row: nameOf(row), keeper: nameOf(keeper) })),
    },
    crowd: crowd && { ...crowd, name: nameOf(crowd.keeper) },
    crowdedRows: drops.crowdedRows,
    withoutWords: kinds.reduce((sum, kind) => sum + (kind === WITHOUT_WORDS ? 1 : 0), 0),
  };
}
