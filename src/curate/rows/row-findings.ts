import type { RowFinding, RowFormat } from "../../domain/dataset-profile.ts";

/** Maximum examples of a finding: the first ones in the file. */
const EXAMPLES = 5;

/** Kinds in the order of the report: invalid rows first. */
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

/** Findings, collected in file order. */
export type RowFindings = {
  note: (kind: RowFinding["kind"], count: number, examples: RowFinding["examples"]) => void;
  count: (kind: RowFinding["kind"]) => number;
  list: () => RowFinding[];
};

/** Creates an empty collection of findings. */
export function rowFindings(): RowFindings {
  const findings = new Map<RowFinding["kind"], RowFinding>();
  return {
    note: (kind, count, examples) => {
      const finding = findings.get(kind) ?? { kind, count: 0, examples: [] };
      finding.count += count;
      finding.examples.push(...examples.slice(0, EXAMPLES - finding.examples.length));
      findings.set(kind, finding);
    },
    count: (kind) => findings.get(kind)?.count ?? 0,
    list: () => ORDER.flatMap((kind) => findings.get(kind) ?? []),
  };
}

/** Number of valid rows of one format, and the first positions. */
export type FormatCount = { format: RowFormat; rows: number; firstLines: number[] };

/** Adds the counts of a block to those before it; formats stay in order of first occurrence. */
export function addFormats(known: FormatCount[], block: readonly FormatCount[]): void {
  for (const { format, rows, firstLines } of block) {
    const before = known.find((formatCount) => formatCount.format === format);
    if (before === undefined) {
      known.push({ format, rows, firstLines: [...firstLines] });
      continue;
    }
    before.rows += rows;
    before.firstLines.push(...firstLines.slice(0, EXAMPLES - before.firstLines.length));
  }
}

/** Records the rows that do not have the most frequent format; `formats` is sorted by frequency, descending. */
export function noteMixedFormats(findings: RowFindings, formats: readonly FormatCount[]): void {
  const others = formats.slice(1);
  if (others.length === 0) return;
  const examples = others
    .flatMap(({ format, firstLines }) => firstLines.map((line) => ({ line, detail: `the row is ${format}` })))
    .toSorted((a, b) => a.line - b.line);
  const count = others.reduce((sum, { rows }) => sum + rows, 0);
  findings.note("mixed-format", count, examples);
}
