import assert from "node:assert/strict";

import type { DuckDBConnection, DuckDBListType, DuckDBMapType, DuckDBStructType, DuckDBType } from "@duckdb/node-api";

import { Failure } from "../base/failure.ts";
import { type StructPlace, withoutAbsentFields } from "./absent-fields.ts";
import type { ReadLimits } from "./limits.ts";
import { pageProblem } from "./parquet-pages.ts";
import { blocksOfRows, type RowItem } from "./row-block.ts";

/**
 * Memory and number of threads of DuckDB: fixed, so that a scan stays within bounds. Each thread holds a row group:
 * with one thread, files with DuckDB's default groups (122,880 rows) of a few kB per row fit.
 */
const SETTINGS = {
  memory_limit: "1GB",
  threads: "1",
  // Nothing is downloaded, regardless of the content of the file.
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
} as const;

/** Alias of the row in the query: unlikely to be the name of a column, which would hide the row. */
const ROW = "tunewright_row";

/**
 * Reads a Parquet file through DuckDB: each row as JSON text, with nested lists and structs kept and null fields of
 * structs omitted.
 *
 * @throws Failure bad_input if it is not a Parquet file, is damaged, a page does not match its checksum, or it has too
 * many columns
 */
export async function* readParquet(
  path: string,
  limits: ReadLimits,
  onFraction: (fraction: number) => void = () => undefined,
): AsyncGenerator<RowItem> {
  const problem = await pageProblem(path);
  if (problem !== undefined) {
    throw new Failure("bad_input", `${path} is corrupt: ${problem}`, { hint: "write or download it again" });
  }
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { ...SETTINGS });
  const connection = await instance.connect();
  try {
    const file = `read_parquet('${literalPath(path)}', hive_partitioning = false)`;
    const schema = await connection.runAndReadAll(
      `select column_name, column_type from (describe select * from ${file})`,
    );
    const columns = schema.getRows() as [name: string, type: string][];
    if (columns.length > limits.columns) {
      throw new Failure("bad_input", `${path} has ${columns.length} columns, more than ${limits.columns}`, {
        hint: "keep only the columns that you need",
      });
    }
    const places = await structsOf(connection, file);
    const counted = await connection.runAndReadAll(`select count(*) from ${file}`);
    const rowCount = Number(counted.getRows()[0]![0]);
    const result = await connection.stream(`select to_json(${ROW}) from (${finiteSelect(columns, file)}) ${ROW}`);
    let row = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const texts = chunk.getColumnValues(0) as string[];
      const rows = places === undefined ? texts : texts.map((text) => withoutAbsentFields(text, places));
      onFraction((row + chunk.rowCount) / rowCount);
      yield* blocksOfRows(rows, row, limits.lineBytes);
      row += chunk.rowCount;
    }
    assert.equal(row, rowCount, "DuckDB gave as many rows as the file states");
  } catch (error) {
    if (error instanceof Failure || error instanceof assert.AssertionError || !(error instanceof Error)) throw error;
    if (/out of memory|failed to allocate/i.test(error.message)) {
      throw new Failure(
        "bad_input",
        `${path}: one of its row groups needs more than ${SETTINGS.memory_limit} of memory`,
        {
          hint: "write it with smaller row groups: ROW_GROUP_SIZE 20000 in DuckDB, row_group_size=20000 in pandas",
          cause: error,
        },
      );
    }
    throw new Failure("bad_input", `${path} cannot be read as Parquet: ${firstLine(error.message)}`, {
      hint: "the file may be truncated or have another format; write it again",
      cause: error,
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Positions of structs in the columns; undefined if there are none. */
async function structsOf(connection: DuckDBConnection, file: string): Promise<StructPlace | undefined> {
  const none = await connection.runAndReadAll(`select * from ${file} limit 0`);
  const types = none.columnTypes();
  const fields = new Map(none.columnNames().map((name, index) => [name, structIn(types[index]!)]));
  return [...fields.values()].every((field) => field === undefined) ? undefined : { kind: "struct", fields };
}

function structIn(type: DuckDBType): StructPlace | undefined {
  const name = type.constructor.name;
  if (name === "DuckDBStructType") {
    const { entryNames, entryTypes } = type as DuckDBStructType;
    return {
      kind: "struct",
      fields: new Map(entryNames.map((entryName, index) => [entryName, structIn(entryTypes[index]!)])),
    };
  }
  if (!["DuckDBListType", "DuckDBArrayType", "DuckDBMapType"].includes(name)) return undefined;
  const inner = structIn((type as DuckDBListType | DuckDBMapType).valueType);
  return inner === undefined ? undefined : { kind: "each", of: inner };
}

/** A path in quotes in which no character acts as a glob pattern. */
function literalPath(path: string): string {
  return path.replaceAll(/[*?[]/g, "[$&]").replaceAll("'", "''");
}

/**
 * Selects all columns, with null for numbers that JSON cannot represent (NaN and infinities in floating-point columns).
 */
function finiteSelect(columns: readonly (readonly [name: string, type: string])[], file: string): string {
  const replacements = columns
    .filter(([, type]) => type === "DOUBLE" || type === "FLOAT")
    .map(([name]) => `"${name.replaceAll('"', '""')}"`)
    .map((name) => `case when isfinite(${name}) then ${name} end as ${name}`);
  return `select * ${replacements.length === 0 ? "" : `replace (${replacements.join(", ")})`} from ${file}`;
}

function firstLine(message: string): string {
  const line = message.split("\n")[0]!.replace(/^[A-Za-z ]+ (?:Error|Exception): /, "");
  return line.slice(0, 1).toLowerCase() + line.slice(1);
}
