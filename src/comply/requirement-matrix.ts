import type { ComplianceReport } from "../domain/compliance.ts";

/** Heads of the columns of the matrix of requirements. */
export const MATRIX_HEAD = [
  "framework",
  "requirement",
  "title",
  "reference",
  "kind",
  "applies",
  "from",
  "depends on",
  "checked",
  "evidence asked for",
  "how",
  "state",
  "file",
  "sha256",
  "detail",
  "collected",
  "valid until",
  "reviewer",
  "asked from",
  "due",
  "caveat",
];

/**
 * The requirements of a programme, one row of texts for each item of evidence; a requirement without evidence items has
 * one row.
 */
export function requirementRows({ requirements }: Pick<ComplianceReport, "requirements">): string[][] {
  return requirements.flatMap((requirement) => {
    const { framework, id, title, ref, kind, applies, from, dependsOn, verification, evidence, caveat } = requirement;
    const start = [framework, id, title, ref, kind, applies, from ?? "", dependsOn.join(" "), verification];
    const items = evidence.map(({ artifact, automation, state, ref: file, sha256, detail, ...dated }) => [
      artifact,
      automation,
      state,
      file ?? "",
      sha256 ?? "",
      detail,
      dated.collectedAt ?? "",
      dated.validUntil ?? "",
      dated.reviewer ?? "",
      dated.askedFrom ?? "",
      dated.due ?? "",
    ]);
    const all = items.length === 0 ? [["", "", "none asked for", ...Array<string>(8).fill("")]] : items;
    return all.map((item) => [...start, ...item, caveat]);
  });
}

/**
 * The matrix of requirements as CSV: RFC 4180, lines end with CRLF. Texts that a spreadsheet would execute as a formula
 * begin with an apostrophe.
 *
 * @source OWASP, CSV injection: cells that begin with = + - @, a tab or a carriage return
 */
export function requirementMatrix(report: Pick<ComplianceReport, "requirements">): string {
  return [MATRIX_HEAD, ...requirementRows(report)].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
