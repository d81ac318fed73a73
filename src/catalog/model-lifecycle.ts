import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { ModelLifecycle } from "../domain/model-lifecycle.ts";

/** File name of the end dates in the catalogue. */
const LIFECYCLE_FILE = "model-lifecycle.csv";

let rows: readonly ModelLifecycle[] | undefined;

/**
 * Dated statements about the end of models: a sample, not a complete register. Sources that disagree are all listed.
 *
 * @source data/README.md, "model-lifecycle.csv"
 */
export function allLifecycles(): readonly ModelLifecycle[] {
  rows ??= parseCsv(
    readFileSync(new URL(`./data/${LIFECYCLE_FILE}`, import.meta.url), "utf8"),
    LIFECYCLE_FILE,
  ).rows.map(({ line, fields }) =>
    ModelLifecycle.parse({
      modelId: fields["model_id"],
      provider: fields["provider"],
      kind: fields["kind"],
      date: fields["date"],
      readOn: fields["read_on"],
      source: fields["source"],
      note: fields["note"],
      successor: fields["successor"] || null,
      line,
    }),
  );
  return rows;
}

/** The statements about a model by its exact id; an empty list means that nothing is known about its end. */
export function lifecycleOf(modelId: string): readonly ModelLifecycle[] {
  return allLifecycles().filter((row) => row.modelId === modelId);
}
