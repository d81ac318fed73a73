import { basename } from "node:path";

import { shellWord } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { unitVector } from "./unit-vector.ts";
import { readRows, type ReadRowsOptions } from "../pipeline/reading/read-rows.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import type { NamesOf } from "../../tables/read-csv.ts";
import type { Benchmark, Part } from "./benchmark.ts";
import { areChoiceItems, CHOICE_FIELDS, choiceItem, choiceNames } from "./choice-items.ts";
import { type BenchmarkFields, type BenchmarkSpec, partsOf, usualFields } from "./benchmark-fields.ts";

/** Number of rows that are read to find the field names of a benchmark. */
const LOOKED_AT = 20;

/** The fields of a row; undefined for a line that cannot be read. */
type Row = Readonly<Record<string, unknown>> | undefined;

/** File types whose first line should be column names. */
const CSV = /\.(?:csv|tsv)(?:\.(?:gz|zst))?$/i;

/**
 * Reads a benchmark, test set or replay set completely. A line that cannot be read is an item without text, so that
 * items keep their positions in the file.
 *
 * @throws Failure if the file cannot be read, has no item, or its fields cannot be recognised by name
 */
export async function readBenchmark(
  spec: BenchmarkSpec & { name?: string; vectorField?: string | undefined },
  limits?: Partial<ReadLimits>,
): Promise<Benchmark> {
  const name = spec.name ?? basename(spec.path);
  const { rows, areChoices } = await itemsOf(spec, name, limits);
  const first = rows.filter((row) => row !== undefined).slice(0, LOOKED_AT);
  if (first.length === 0) {
    throw new Failure("bad_input", `${spec.path}: it has no readable item`, {
      hint: "tunewright data inspect shows why",
    });
  }
  const names = [...new Set(first.flatMap((row) => Object.keys(row)))];
  const fields = spec.fields ?? (areChoices ? CHOICE_FIELDS : usualFields(names));
  if (fields === undefined) throw unknownFields(spec.path, names);
  const items = rows.map((row): Part[] => {
    const parts = row === undefined ? [] : partsOf(row, fields);
    if (row === undefined || parts.length > 0 || spec.fields !== undefined) return parts;
    // Training rows as a benchmark are of more than one form: each is read by its own names.
    const own = usualFields(Object.keys(row));
    return own === undefined ? [] : partsOf(row, own);
  });
  if (items.every((parts) => parts.length === 0)) throw noText(spec, fields, names);
  const benchmark = { name, fields: { ...fields }, isGuessed: spec.fields === undefined && !areChoices, items };
  if (spec.vectorField === undefined) return benchmark;
  const vectors = rows.map((row) => (row === undefined ? undefined : unitVector(row[spec.vectorField!])));
  return { ...benchmark, vectors };
}

/** The rows of a benchmark in order. For a file of choices without a header, the questions and correct choices. */
async function itemsOf(
  { path, fields: named }: BenchmarkSpec,
  name: string,
  limits: Partial<ReadLimits> | undefined,
): Promise<{ rows: Row[]; areChoices: boolean }> {
  let hasNoHeader = false;
  const namesOf: NamesOf = (first) => {
    const names = named === undefined ? choiceNames(first) : undefined;
    hasNoHeader = names !== undefined;
    return names;
  };
  const rows = await rowsOf(path, { source: name, limits, namesOf });
  if (!hasNoHeader) return { rows, areChoices: false };
  if (areChoiceItems(rows)) return { rows: rows.map((row) => row && choiceItem(row)), areChoices: true };
  return { rows: await rowsOf(path, { source: name, limits }), areChoices: false };
}

async function rowsOf(path: string, options: ReadRowsOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const block of readRows(path, options)) {
    const ordered = [
      ...block.rows.map(({ line, fields }) => ({ line, fields })),
      ...block.dropped.map(({ row: { line } }) => ({ line, fields: undefined })),
    ].toSorted((a, b) => a.line - b.line);
    for (const { fields } of ordered) rows.push(fields);
  }
  return rows;
}

function unknownFields(path: string, names: readonly string[]): Failure {
  return new Failure("bad_input", `${path}: none of its fields ${listed(names)} is a common name for a question`, {
    hint: `${CSV.test(path) ? "if its first line is an item, insert a header line above it; otherwise " : ""}name them: --against ${shellWord(`${path}:question=${names[0] ?? "FIELD"}`)}`,
  });
}

function noText({ path }: BenchmarkSpec, fields: BenchmarkFields, names: readonly string[]): Failure {
  const asked = Object.values(fields).join(", ");
  return new Failure("bad_input", `${path}: no item has text in ${asked}; its fields are ${listed(names)}`, {
    hint: `name others: --against ${shellWord(`${path}:question=FIELD`)}`,
  });
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, 12).join(", ")}${names.length > 12 ? " and more" : ""}`;
}
