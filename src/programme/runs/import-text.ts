import { textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { RunImport } from "../../domain/run-import.ts";

/** Tables of the result of an import, and whether the counts agree. */
export function runImportText(result: RunImport): string {
  const { runs, artifacts, skipped } = result;
  const table = textTable(
    [{ head: result.format }, { head: "count", align: "right" }],
    [
      ["experiments", number(result.experiments)],
      ["runs found", number(runs.found)],
      ["runs imported", number(runs.imported)],
      ["runs updated", number(runs.updated)],
      ["runs unchanged", number(runs.unchanged)],
      ["points read", number(result.points)],
      ["points stored", number(result.stored)],
      ["params", number(result.params)],
      ["files copied", number(artifacts.files)],
      ["files already present", number(artifacts.known)],
    ],
  );
  const lines = skipped.map(({ what, count }) => `skipped: ${number(count)} x ${what}`);
  return [table, "", ...modelTable(result), ...lines, verdict(result)].join("\n");
}

/** A row for each kind of model that the source has, and an empty line. */
function modelTable({ registeredModels, modelVersions, loggedModels }: RunImport): string[] {
  const kinds = [
    ["registered models", registeredModels],
    ["model versions", modelVersions],
    ["logged models", loggedModels],
  ] as const;
  const rows = kinds
    .filter(([, { found }]) => found > 0)
    .map(([name, counts]) => [
      name,
      ...[counts.found, counts.imported, counts.updated, counts.unchanged, counts.leftOut].map(number),
    ]);
  const heads = ["found", "imported", "updated", "unchanged", "left out"];
  const columns = [{ head: "models" }, ...heads.map((head) => ({ head, align: "right" as const }))];
  return rows.length === 0 ? [] : [textTable(columns, rows), ""];
}

function verdict({ agrees, runs, registeredModels, modelVersions, loggedModels }: RunImport): string {
  if (!agrees) return "The counts do NOT match: run the import again.";
  const stored = ({ found, leftOut }: RunImport["loggedModels"]): number => found - leftOut;
  const models = [
    { count: stored(registeredModels), text: counted(stored(registeredModels), "registered model") },
    { count: stored(modelVersions), text: counted(stored(modelVersions), "model version") },
    { count: stored(loggedModels), text: counted(stored(loggedModels), "logged model") },
  ].filter(({ count }) => count > 0);
  const all = [`${counted(runs.found, "run")} with every point`, ...models.map(({ text }) => text)];
  return `The counts match: ${all.join(", ")}.`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
