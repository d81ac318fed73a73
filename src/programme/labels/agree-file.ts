import { Failure } from "../../base/failure.ts";
import { seededRandom } from "../../base/random.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { AgreementReport } from "../../domain/agreement.ts";
import { agreementReport } from "../../label/agreement-report.ts";
import type { RatedLabel } from "../../label/label-table.ts";
import { readWholeRows } from "../../curate/rows/read-whole-rows.ts";

/** Fields of a file with one label per row. */
export type AgreeFields = { item: string; rater: string; label: string; version: string | undefined };

/**
 * Agreement of the labels in a file with one row for each label that a rater gave to an item; an empty label does not
 * count. If all labels are numbers, they are treated as numbers.
 *
 * @throws Failure not_found; bad_input if a row cannot be read, or no row has a field
 */
export async function agreeFile(
  path: string,
  { shown, fields, seed }: { shown: string; fields: AgreeFields; seed: number },
): Promise<AgreementReport> {
  const labels: (Omit<RatedLabel, "label"> & { label: string })[] = [];
  const seen = new Set<string>();
  for await (const row of readWholeRows(path, shown)) {
    for (const name of Object.keys(row)) seen.add(name);
    const label = textOf(row[fields.label]);
    if (label === "") continue;
    const version = fields.version === undefined ? "" : textOf(row[fields.version]);
    labels.push({
      item: textOf(row[fields.item]),
      rater: textOf(row[fields.rater]),
      label,
      version: version === "" ? null : version,
    });
  }
  for (const name of [fields.item, fields.rater, fields.label, fields.version]) {
    if (name === undefined || seen.has(name)) continue;
    throw new Failure("bad_input", `${shown}: no row has a field ${JSON.stringify(name)}`, {
      hint: didYouMean(name, seen) ?? `its fields are ${[...seen].join(", ")}`,
    });
  }
  const isNumeric = labels.every(({ label }) => Number.isFinite(Number(label)));
  return agreementReport(
    labels.map((label) => (isNumeric ? { ...label, label: Number(label.label) } : label)),
    seededRandom(seed),
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value.trim() : JSON.stringify(value);
}
