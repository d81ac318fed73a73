import { existsSync } from "node:fs";
import { join } from "node:path";

import { fileLines, readManifest } from "../../curate/freeze/frozen-folder.ts";
import { rowSeal } from "../../curate/freeze/row-seal.ts";
import { fieldValue, type SetRow, textOf } from "../../evaluate/set/eval-item.ts";

/** A row in a folder; undefined content if it is no longer a JSON object. */
export type FoundRow = Omit<SetRow, "row"> & { row: SetRow["row"] | undefined };

/** The current rows of a frozen version, whether or not they have changed. */
export async function setRows(folder: string): Promise<FoundRow[]> {
  const manifest = await readManifest(folder);
  const rows: FoundRow[] = [];
  for (const { file } of manifest?.files ?? []) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    let number = 0;
    for await (const bytes of fileLines(path)) {
      number += 1;
      rows.push({ place: `${file}:${number}`, sha256: rowSeal(bytes).sha256, row: objectIn(bytes.toString("utf8")) });
    }
  }
  return rows;
}

/** Hashes of items by id, for the readable rows. */
export function hashesById(rows: readonly FoundRow[], id: string): Map<string, { sha256: string; place: string }> {
  return new Map(
    rows.flatMap(({ row, sha256, place }) => {
      const name = row === undefined ? undefined : textOf(fieldValue(row, id));
      return name === undefined ? [] : [[name, { sha256, place }] as const];
    }),
  );
}

function objectIn(text: string): SetRow["row"] | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as SetRow["row"]) : undefined;
  } catch {
    return undefined;
  }
}
