import { Failure } from "../../../base/failure.ts";
import { didYouMean } from "../../../base/suggest.ts";
import { counted } from "../../../base/words.ts";
import type { Delimiter } from "../../../domain/dataset-profile.ts";
import { readRows } from "./read-rows.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Maximum field names kept for a hint. */
const KNOWN_NAMES = 1000;

/** Checks whether rows have the fields named by the user. */
export type NamedFields = {
  /** Adds the fields of a row. */
  add: (fields: Fields) => void;
  /**
   * Warnings about fields that some rows lack, one sentence each.
   *
   * @throws Failure bad_input for a field that no row has, if there are rows: its name was mistyped
   */
  end: () => string[];
};

/**
 * Counts the rows that have each field.
 *
 * @param anyCase ignore case, as `rowText` does
 * @param without consequence for rows without a field, as a clause
 */
export function namedFields(
  names: readonly string[],
  { anyCase, without = "they are not compared" }: { anyCase: boolean; without?: string },
): NamedFields {
  const counts = names.map(() => 0);
  const known = new Set<string>();
  let rows = 0;
  const has = (fields: Fields, name: string): boolean =>
    name in fields || (anyCase && Object.keys(fields).some((key) => key.toLowerCase() === name.toLowerCase()));
  return {
    add: (fields) => {
      rows += 1;
      for (const [index, name] of names.entries()) if (has(fields, name)) counts[index]! += 1;
      if (names.length > 0 && known.size < KNOWN_NAMES) for (const name of Object.keys(fields)) known.add(name);
    },
    end: () => {
      const unknown = names.find((_name, index) => rows > 0 && counts[index] === 0);
      if (unknown !== undefined) throw noField(unknown, known);
      return names.flatMap((name, index) =>
        counts[index] === rows
          ? []
          : [`${counted(rows - counts[index]!, "row")} of ${rows} without the field ${name}: ${without}`],
      );
    },
  };
}

/** True if a row has a value in a field, by exact name. */
export function hasField(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== null && fields[name] !== undefined;
}

/**
 * Checks that at least one row of a file has a value in each field; stops at the first rows that do.
 *
 * @throws Failure bad_input if none has it, though rows have fields; as readRows does if the file cannot be read
 */
export async function fileMustHaveFields(path: string, names: readonly string[], delimiter?: Delimiter): Promise<void> {
  const left = new Set(names);
  const known = new Set<string>();
  if (left.size === 0) return;
  for await (const { rows } of readRows(path, { source: path, delimiter })) {
    for (const { fields } of rows) {
      for (const name of left) if (hasField(fields, name)) left.delete(name);
      if (left.size === 0) return;
      if (known.size < KNOWN_NAMES) for (const name of Object.keys(fields)) known.add(name);
    }
  }
  if (known.size === 0) return; // no rows, or none with a field: nothing is passed over
  const { message, hint } = noField([...left][0]!, known);
  throw new Failure("bad_input", `${path}: ${message}`, { hint });
}

/** The failure for a field that no row has, with similar names. */
export function noField(name: string, known: ReadonlySet<string>): Failure {
  const hint = didYouMean(name, known) ?? `the rows have ${[...known].slice(0, 10).join(", ") || "no fields"}`;
  return new Failure("bad_input", `no row has a field ${name}`, { hint });
}
