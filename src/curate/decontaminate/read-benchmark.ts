import { basename } from "node:path";

import { Failure } from "../../base/failure.ts";
import { unitVector } from "./unit-vector.ts";
import { readRows } from "../pipeline/read-rows.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import type { Benchmark, Part } from "./benchmark.ts";
import { type BenchmarkFields, type BenchmarkSpec, partsOf, usualFields } from "./benchmark-fields.ts";

/** Rows whose fields are looked at to find what a benchmark calls its questions. */
const LOOKED_AT = 20;

/**
 * Reads a benchmark, a test set or a replay set whole. A line that cannot be read is an item without text, so that items
 * keep their place in the file.
 *
 * @throws Failure where the file cannot be read, holds no item, or its fields are not told by their names
 */
export async function readBenchmark(
  spec: BenchmarkSpec & { name?: string; vectorField?: string | undefined },
  limits?: Partial<ReadLimits>,
): Promise<Benchmark> {
  const name = spec.name ?? basename(spec.path);
  const rows: (Readonly<Record<string, unknown>> | undefined)[] = [];
  for await (const block of readRows(spec.path, { source: name, limits })) {
    const ordered = [
      ...block.rows.map(({ line, fields }) => ({ line, fields })),
      ...block.dropped.map(({ row: { line } }) => ({ line, fields: undefined })),
    ].toSorted((a, b) => a.line - b.line);
    for (const { fields } of ordered) rows.push(fields);
  }
  const first = rows.filter((row) => row !== undefined).slice(0, LOOKED_AT);
  if (first.length === 0) {
    throw new Failure("bad_input", `${spec.path}: no item can be read`, { hint: "tunewright data inspect shows why" });
  }
  const names = [...new Set(first.flatMap((row) => Object.keys(row)))];
  const fields = spec.fields ?? usualFields(names);
  if (fields === undefined) throw unknownFields(spec.path, names);
  const items = rows.map((row): Part[] => {
    const parts = row === undefined ? [] : partsOf(row, fields);
    if (row === undefined || parts.length > 0 || spec.fields !== undefined) return parts;
    // Training rows as a benchmark are of more than one form: each is read by its own names.
    const own = usualFields(Object.keys(row));
    return own === undefined ? [] : partsOf(row, own);
  });
  if (items.every((parts) => parts.length === 0)) throw noText(spec, fields, names);
  const benchmark = { name, fields: { ...fields }, isGuessed: spec.fields === undefined, items };
  if (spec.vectorField === undefined) return benchmark;
  const vectors = rows.map((row) => (row === undefined ? undefined : unitVector(row[spec.vectorField!])));
  return { ...benchmark, vectors };
}

function unknownFields(path: string, names: readonly string[]): Failure {
  return new Failure("bad_input", `${path}: none of its fields ${listed(names)} is a usual name of a question`, {
    hint: `name them: --against ${path}:question=${names[0] ?? "FIELD"}`,
  });
}

function noText({ path }: BenchmarkSpec, fields: BenchmarkFields, names: readonly string[]): Failure {
  const asked = Object.values(fields).join(", ");
  return new Failure("bad_input", `${path}: no item has text in ${asked}; its fields are ${listed(names)}`, {
    hint: `name others: --against ${path}:question=FIELD`,
  });
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 12).join(", ")}${names.length > 12 ? " and more" : ""}`;
}
