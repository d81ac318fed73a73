import { didYouMean } from "../../base/suggest.ts";
import { Failure } from "../../base/failure.ts";
import { readRows } from "../pipeline/read-rows.ts";

/** Names of fields that are held to suggest one of them. */
const NAMES = 1000;

/** True where a row has something in a field. */
export function hasField(fields: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== null && fields[name] !== undefined;
}

/**
 * Makes sure that some row of a file has the field that is to be looked at; reads no further than the first such row.
 *
 * @throws Failure bad_input where none has it; as readRows does where the file cannot be read
 */
export async function mustHaveField(path: string, name: string): Promise<void> {
  const names = new Set<string>();
  for await (const { rows } of readRows(path, { source: path })) {
    for (const { fields } of rows) {
      if (hasField(fields, name)) return;
      for (const each of names.size < NAMES ? Object.keys(fields) : []) names.add(each);
    }
  }
  if (names.size === 0) return; // no rows, or none with a field: nothing is passed over
  throw new Failure("bad_input", `${path}: no row has anything in the field "${name}"`, {
    hint: didYouMean(name, names) ?? `fields are ${[...names].slice(0, 8).join(", ")}`,
  });
}
