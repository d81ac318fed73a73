import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll } from "vitest";

import { type ReadRows, readRows, type ReadRowsOptions } from "../../../src/curate/pipeline/reading/read-rows.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A folder with files of these contents; it goes when the tests end. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tunewright-pipeline-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** All that a file is read as. */
export async function readAll(path: string, options: ReadRowsOptions): Promise<ReadRows> {
  const all: ReadRows = { rows: [], lengths: [], dropped: [] };
  for await (const { rows, lengths, dropped } of readRows(path, options)) {
    all.rows.push(...rows);
    all.lengths.push(...lengths);
    all.dropped.push(...dropped);
  }
  return all;
}

/** Values as a JSONL file. */
export function jsonl(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}
