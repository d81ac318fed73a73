import type { DatasetProfile, RowFinding } from "../../domain/dataset-profile.ts";
import type { BadRow } from "../../tables/row-block.ts";
import { hashIndex } from "../rows/hash-index.ts";
import { numberList } from "../rows/number-list.ts";
import { addFormats, type FormatCount, noteMixedFormats, rowFindings } from "../rows/row-findings.ts";
import { classCounts } from "../rows/row-classes.ts";
import { rowSample, type RowSample } from "../rows/row-sample.ts";
import type { BlockScan, ScanOptions } from "../rows/scan-block.ts";

/** Sum over the blocks of a file. */
export type ProfileTotals = {
  rows: number;
  duplicateRows: number;
  findings: RowFinding[];
  /** Formats of the valid rows, the most frequent first. */
  formats: FormatCount[];
  /** Characters of each valid row, in file order. */
  characters: Uint32Array;
  /** Tokens of each valid row if the scan is exact; empty otherwise. */
  tokens: Uint32Array;
  classes: DatasetProfile["classes"];
};

/** A sum that grows block by block, in file order. */
export type ProfileSum = {
  add: (scan: BlockScan) => void;
  addBadRow: (row: BadRow) => void;
  sample: RowSample;
  /** Totals; to be called once, at the end. */
  totals: () => ProfileTotals;
};

/** An empty sum. */
export function profileSum(options: Pick<ScanOptions, "sampleRows">): ProfileSum {
  const findings = rowFindings();
  const formats: FormatCount[] = [];
  const index = hashIndex();
  const characters = numberList();
  const tokens = numberList();
  const classes = classCounts();
  const sample = rowSample(options.sampleRows);
  let rows = 0;
  return {
    sample,
    add: (scan) => {
      rows += scan.rows;
      for (const { kind, count, examples } of scan.findings) findings.note(kind, count, examples);
      addFormats(formats, scan.formats);
      const duplicates = new Set<number>();
      for (const [row, line] of scan.lines.entries()) {
        const first = index.firstPlace(scan.hashes[2 * row]!, scan.hashes[2 * row + 1]!, line);
        if (first === undefined) continue;
        findings.note("duplicate", 1, [{ line, detail: `same as line ${first}` }]);
        duplicates.add(row);
      }
      classes.add(scan.classes, (row) => !duplicates.has(row));
      characters.append(scan.characters);
      tokens.append(scan.tokens);
      for (const row of scan.sample) sample.offer(row);
    },
    addBadRow: ({ finding, line, detail }) => {
      rows += 1;
      findings.note(finding, 1, [{ line, detail }]);
    },
    totals: () => {
      const byRows = formats.toSorted((a, b) => b.rows - a.rows);
      noteMixedFormats(findings, byRows);
      return {
        rows,
        duplicateRows: findings.count("duplicate"),
        findings: findings.list(),
        formats: byRows,
        characters: characters.values(),
        tokens: tokens.values(),
        classes: classes.list(),
      };
    },
  };
}
