import type { RowFinding, RowFormat } from "../../domain/dataset-profile.ts";

/** Examples that a finding keeps: the first ones in the file. */
const EXAMPLES = 5;

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

/** Findings as they are gathered in file order. */
export type RowFindings = {
  note: (kind: RowFinding["kind"], count: number, examples: RowFinding["examples"]) => void;
  count: (kind: RowFinding["kind"]) => number;
  list: () => RowFinding[];
};

/** No findings yet. */
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

/** Valid rows of one format, and where the first ones are. */
export type FormatCount = { format: RowFormat; rows: number; firstLines: number[] };

/** Adds the counts of a block to those before it; formats stay in the order in which they were seen first. */
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

/** Notes the rows that are not of the format of most rows; `formats` has the most frequent one first. */
export function noteMixedFormats(findings: RowFindings, formats: readonly FormatCount[]): void {
  const others = formats.slice(1);
  if (others.length === 0) return;
  const examples = others
    .flatMap(({ format, firstLines }) => firstLines.map((line) => ({ line, detail: `the row is ${format}` })))
    .toSorted((a, b) => a.line - b.line);
  const count = others.reduce((sum, { rows }) => sum + rows, 0);
  findings.note("mixed-format", count, examples);
}
