import type { FieldType, LineageField } from "../../../domain/data-lineage.ts";
import type { CuratedRow } from "../../stage.ts";

/** Fields of rows with their types, in order of appearance; a field that is null in all rows is omitted. */
export function rowFields(rows: readonly CuratedRow[]): LineageField[] {
  const values = rows.map(({ fields }) => fields);
  return fieldTypes(values).map(({ name, type }) => ({ name, type, inner: fieldTypes(innerObjects(values, name)) }));
}

function fieldTypes(objects: readonly Readonly<Record<string, unknown>>[]): { name: string; type: FieldType }[] {
  const types = new Map<string, FieldType>();
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      if (value !== null) types.set(name, joined(types.get(name), typeOf(value)));
    }
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

/** The objects in a field: the value itself, or the items of a list. */
function innerObjects(
  objects: readonly Readonly<Record<string, unknown>>[],
  name: string,
): Readonly<Record<string, unknown>>[] {
  return objects
    .flatMap((object) => object[name])
    .filter(
      (element): element is Record<string, unknown> =>
        element !== null && typeof element === "object" && !Array.isArray(element),
    );
}

function typeOf(value: unknown): FieldType {
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "float";
  return Array.isArray(value) ? "list" : "object";
}

function joined(known: FieldType | undefined, type: FieldType): FieldType {
  if (known === undefined || known === type) return type;
  const isNumber = (name: FieldType): boolean => name === "integer" || name === "float";
  return isNumber(known) && isNumber(type) ? "float" : "mixed";
}
