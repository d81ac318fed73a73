import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { atomicFile } from "../base/atomic-file.ts";
import { asWriteFailure, syncFolder } from "../base/atomic-write.ts";
import { Failure } from "../base/failure.ts";
import { forget, temporaryPath } from "../base/temporary-file.ts";
import { type ColumnType, duckType, joinedType, quoted, typeOfValue } from "./column-type.ts";
import type { RowSink } from "./row-sink.ts";

/** Most columns: a file of more is no table of rows. */
const MAX_COLUMNS = 10_000;

/**
 * Opens a Parquet file to be written: rows are gathered as JSON lines beside it, which takes their size on the disk, and
 * written by DuckDB in the end, when all types are known (zstd, row groups of 20,480). What has no type of its own,
 * values of several types and objects without a field in common, is of Parquet's JSON type: what it was for who knows
 * that type, JSON text for others.
 *
 * @throws Failure outside, from each of its functions, where the disk is full or may not be written
 */
export async function openParquetSink(path: string): Promise<RowSink> {
  const folder = dirname(path);
  const lines = temporaryPath(path, "jsonl");
  const target = temporaryPath(path);
  const file = await atomicFile(lines);
  const columns = new Map<string, ColumnType>();
  return {
    write: async (rows) => {
      for (const row of rows) {
        for (const [name, value] of Object.entries(row)) {
          columns.set(name, joinedType(columns.get(name) ?? { kind: "unknown" }, typeOfValue(value)));
        }
      }
      if (columns.size > MAX_COLUMNS) {
        throw new Failure("bad_input", `the rows have more than ${MAX_COLUMNS} fields`, {
          hint: "write .jsonl in place of .parquet",
        });
      }
      await file.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    },
    commit: async () => {
      checkNames([...columns.keys()], path);
      await file.commit();
      try {
        await copyToParquet(lines, target, columns);
        const written = await open(target, "r+");
        await written.sync();
        await written.close();
        await rename(target, path);
        await syncFolder(folder);
      } catch (error) {
        throw asWriteFailure(error, path);
      } finally {
        await rm(lines, { force: true });
        await rm(target, { force: true });
        forget(lines);
        forget(target);
      }
    },
    abort: async () => {
      await file.abort();
      await rm(lines, { force: true }).catch(() => undefined);
      await rm(target, { force: true }).catch(() => undefined);
      forget(lines);
      forget(target);
    },
  };
}

/** DuckDB takes names that differ in case alone for one. */
function checkNames(names: readonly string[], path: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new Failure(
        "bad_input",
        `${path}: the fields "${other}" and "${name}" cannot stand beside each other in Parquet`,
        {
          hint: "write .jsonl in place of .parquet",
        },
      );
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
