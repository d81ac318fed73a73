import type { DatasetProfile, RowFinding, RowFormat } from "../domain/dataset-profile.ts";
import type { BadRow } from "../tables/row-block.ts";
import { hashIndex } from "./hash-index.ts";
import { numberList } from "./number-list.ts";
import { rowSample, type RowSample } from "./row-sample.ts";
import { type BlockScan, EXAMPLES, type ScanOptions } from "./scan-block.ts";

/** What the blocks of a file add up to. Blocks are added in file order. */
export type ProfileSum = {
  add: (scan: BlockScan) => void;
  addBadRow: (row: BadRow) => void;
  sample: RowSample;
  totals: () => {
    rows: number;
    validRows: number;
    duplicateRows: number;
    characters: Uint32Array;
    tokens: Uint32Array;
    formats: Partial<Record<RowFormat, number>>;
    format: RowFormat;
    findings: RowFinding[];
  };
};

/** Kinds in the order in which they are reported: what breaks a row first. */
const ORDER: readonly RowFinding["kind"][] = [
  "broken",
  "encoding",
  "too-long",
  "empty",
  "missing-field",
  "unknown-format",
  "mixed-format",
  "duplicate",
];

/** An empty sum. */
export function profileSum(options: Pick<ScanOptions, "sampleRows">): ProfileSum {
  const findings = new Map<RowFinding["kind"], RowFinding>();
  const formats = new Map<RowFormat, { rows: number; firstLines: number[] }>();
  const index = hashIndex();
  const characters = numberList();
  const tokens = numberList();
  const sample = rowSample(options.sampleRows);
  let rows = 0;
  const note = (
    kind: RowFinding["kind"],
    count: number,
    examples: readonly { line: number; detail: string }[],
  ): void => {
    const finding = findings.get(kind) ?? { kind, count: 0, examples: [] };
    finding.count += count;
    finding.examples.push(...examples.slice(0, EXAMPLES - finding.examples.length));
    findings.set(kind, finding);
  };
  return {
    sample,
    add: (scan) => {
      rows += scan.rows;
      for (const kind of ORDER) {
        const examples = scan.problems.filter((each) => each.kind === kind);
        if (examples.length > 0) {
          note(
            kind,
            scan.problemCounts[kind]!,
            examples.map(({ line, detail }) => ({ line, detail })),
          );
        }
      }
      for (const [format, { rows: count, firstLines }] of Object.entries(scan.formats) as FormatEntries) {
        const known = formats.get(format) ?? { rows: 0, firstLines: [] };
        known.rows += count;
        known.firstLines.push(...firstLines.slice(0, EXAMPLES - known.firstLines.length));
        formats.set(format, known);
      }
      for (const [row, line] of scan.lines.entries()) {
        const first = index.firstPlace(scan.hashes[2 * row]!, scan.hashes[2 * row + 1]!, line);
        if (first !== undefined) note("duplicate", 1, [{ line, detail: `same as line ${first}` }]);
      }
      characters.append(scan.characters);
      tokens.append(scan.tokens);
      for (const row of scan.sample) sample.offer(row);
    },
    addBadRow: ({ finding, line, detail }) => {
      rows += 1;
      note(finding, 1, [{ line, detail }]);
    },
    totals: () => {
      const byRows = [...formats].toSorted(([, a], [, b]) => b.rows - a.rows);
      const mixed = byRows.slice(1);
      if (mixed.length > 0) {
        const examples = mixed.flatMap(([format, { firstLines }]) =>
          firstLines.map((line) => ({ line, detail: `the row is ${format}` })),
        );
        note(
          "mixed-format",
          mixed.reduce((sum, [, each]) => sum + each.rows, 0),
          examples.toSorted((a, b) => a.line - b.line),
        );
      }
      return {
        rows,
        validRows: characters.values().length,
        duplicateRows: findings.get("duplicate")?.count ?? 0,
        characters: characters.values(),
        tokens: tokens.values(),
        formats: Object.fromEntries(
          byRows.map(([format, each]) => [format, each.rows]),
        ) satisfies DatasetProfile["formats"],
        format: byRows[0]?.[0] ?? "unknown",
        findings: ORDER.flatMap((kind) => findings.get(kind) ?? []),
      };
    },
  };
}

type FormatEntries = [RowFormat, { rows: number; firstLines: number[] }][];
