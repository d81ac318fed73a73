import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { atomicFile } from "../base/atomic-file.ts";
import { asWriteFailure, syncFolder } from "../base/atomic-write.ts";
import { Failure } from "../base/failure.ts";
import { forget, temporaryPath } from "../base/temporary-file.ts";
import { jsonTree } from "../base/edited-json.ts";
import { type ColumnType, duckType, joinedType, quoted, typeOfNode, typeOfValue } from "./column-type.ts";
import { addPageChecksums } from "./parquet-checksums.ts";
import type { RowSink } from "./row-sink.ts";

/** Maximum number of columns: a file with more is not a table of rows. */
const MAX_COLUMNS = 10_000;

/**
 * Opens a Parquet file for writing: rows are first collected next to it as JSON lines, which takes as much space on the
 * disk again, and finally written by DuckDB, when all types are known (zstd, row groups of 20,480). Values without a
 * single type, and objects without a common field, get Parquet's JSON type, which other readers see as JSON text.
 *
 * @throws Failure outside, from each of its functions, if the disk is full or not writable
 */
export async function openParquetSink(path: string): Promise<RowSink> {
  const folder = dirname(path);
  const lines = temporaryPath(path, "jsonl");
  const plain = temporaryPath(path);
  const target = temporaryPath(path);
  const file = await atomicFile(lines, undefined, path);
  const columns = new Map<string, ColumnType>();
  let written = 0;
  return {
    write: async (rows, texts) => {
      for (const [index, row] of rows.entries()) {
        for (const [name, type] of fieldTypes(row, texts?.[index])) {
          columns.set(name, joinedType(columns.get(name) ?? { kind: "unknown" }, type));
        }
      }
      if (columns.size > MAX_COLUMNS) {
        throw new Failure("bad_input", `the rows have more than ${MAX_COLUMNS} fields`, {
          hint: "write .jsonl instead of .parquet",
        });
      }
      const lines = texts ?? rows.map((row) => JSON.stringify(row));
      const unpaired = lines.findIndex((line) => HALF_PAIR.test(line));
      if (unpaired >= 0) {
        throw new Failure("bad_input", `${path}: row ${written + unpaired + 1} has an unpaired surrogate in a text`, {
          hint: "Parquet stores only UTF-8: correct the text, or write .jsonl instead of .parquet",
        });
      }
      written += rows.length;
      await file.write(lines.map((line) => `${line}\n`).join(""));
    },
    commit: async () => {
      checkNames([...columns.keys()], path);
      for (const [name, type] of columns) checkCharacters(name, type, path);
      await file.commit();
      try {
        await copyToParquet(lines, plain, columns);
        await addPageChecksums(plain, target);
        await rename(target, path);
        await syncFolder(folder);
      } catch (error) {
        throw asWriteFailure(error, path);
      } finally {
        await removeAll([lines, plain, target]);
      }
    },
    abort: async () => {
      await file.abort();
      await removeAll([lines, plain, target]).catch(() => undefined);
    },
  };
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await rm(path, { force: true });
    forget(path);
  }
}

/** Types of the fields of a row, from its text if there is one, because the text has all digits of its numbers. */
function fieldTypes(row: Readonly<Record<string, unknown>>, text: string | undefined): [string, ColumnType][] {
  if (text === undefined) return Object.entries(row).map(([name, value]) => [name, typeOfValue(value)]);
  const tree = jsonTree(text);
  return tree.kind === "object" ? [...tree.members].map(([name, node]) => [name, typeOfNode(text, node)]) : [];
}

/** Half of a surrogate pair, as escaped by JSON.stringify, after an even number of backslashes. */
const HALF_PAIR = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** Characters that are not allowed in a column or field name. */
function checkCharacters(name: string, type: ColumnType, path: string): void {
  const problem = name.includes("\0")
    ? "a NUL character"
    : /\p{Surrogate}/u.test(name)
      ? "an unpaired surrogate"
      : undefined;
  if (problem !== undefined) {
    throw new Failure("bad_input", `${path}: the name of the field ${JSON.stringify(name)} has ${problem}`, {
      hint: "rename the field, or write .jsonl instead of .parquet",
    });
  }
  if (type.kind === "list") checkCharacters("", type.item, path);
  if (type.kind === "struct") for (const [inner, its] of type.fields) checkCharacters(inner, its, path);
}

/** Rejects names that differ only in case, which DuckDB treats as one. */
function checkNames(names: readonly string[], path: string): void {
  if (names.includes("")) {
    throw new Failure("bad_input", `${path}: a field without a name cannot be a column of Parquet`, {
      hint: "rename the field, or write .jsonl instead of .parquet",
    });
  }
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new Failure("bad_input", `${path}: the fields "${other}" and "${name}" cannot both be columns in Parquet`, {
        hint: "write .jsonl instead of .parquet",
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}

async function copyToParquet(lines: string, target: string, columns: ReadonlyMap<string, ColumnType>): Promise<void> {
  if (columns.size === 0)
    throw new Failure("bad_input", "there are no rows to write as Parquet", { hint: "write .jsonl" });
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: "1GB",
    threads: "1",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    preserve_insertion_order: "true",
  });
  const connection = await instance.connect();
  try {
    const types = [...columns].map(([name, type]) => `${literal(name)}: ${literal(duckType(type))}`);
    const from = `read_json(${literal(lines)}, format = 'newline_delimited', maximum_object_size = 67108864, columns = {${types.join(", ")}})`;
    const names = [...columns.keys()].map(quoted);
    await connection.run(
      `copy (select ${names.join(", ")} from ${from}) to ${literal(target)} (format parquet, compression zstd, row_group_size 20480)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
