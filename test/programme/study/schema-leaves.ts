import type * as z from "zod";

/** A field of a zod schema that holds a value: its path, keys of arrays as `[]`, of records as `{}`. */
export type SchemaLeaf = { path: string; schema: z.ZodType };

/** Every field of a schema that holds a value, in the order of the schema; a union of plain types is one field. */
export function schemaLeaves(schema: z.core.$ZodType, path = ""): SchemaLeaf[] {
  const inner = unwrapped(schema);
  const { def } = inner;
  if (def.type === "object") {
    const { shape } = def as z.core.$ZodObjectDef;
    return Object.entries(shape).flatMap(([key, field]) => schemaLeaves(field, path === "" ? key : `${path}.${key}`));
  }
  if (def.type === "array") {
    const { element } = def as z.core.$ZodArrayDef;
    return schemaLeaves(element, `${path}[]`);
  }
  if (def.type === "record") {
    const { valueType } = def as z.core.$ZodRecordDef;
    return schemaLeaves(valueType, `${path}{}`);
  }
  if (def.type === "union") {
    const { options } = def as z.core.$ZodUnionDef;
    const inside = options.flatMap((option) => schemaLeaves(option, path)).filter((leaf) => leaf.path !== path);
    if (inside.length > 0) return inside;
  }
  return [{ path, schema: inner }];
}

/** A schema without the layers that give it a default or let it be absent. */
function unwrapped(schema: z.core.$ZodType): z.ZodType {
  const classic = schema as z.ZodType;
  const def = classic.def as { type: string; innerType?: z.core.$ZodType; in?: z.core.$ZodType };
  const inner = def.innerType ?? def.in;
  return inner === undefined ? classic : unwrapped(inner);
}

/** Numbers that a field may be changed to, smallest change first where it has a value. */
const NUMBERS = [1, 2, 3, 0.5, 0.2, 7, 40, 300, 5_000, 200_000, 3e7, 2e10, 1e24];

/** Values of a kind that a field may be changed to: those of its type within its bounds, apart from the one it has. */
export function otherValues(schema: z.ZodType, value: unknown, words: readonly unknown[]): unknown[] {
  const { def } = schema;
  const candidates = ((): readonly unknown[] => {
    if (def.type === "boolean") return [true, false];
    if (def.type === "enum") return Object.values((def as z.core.$ZodEnumDef).entries);
    if (def.type !== "number" && def.type !== "union") return words;
    return typeof value === "number" ? [value * 2, value / 2, ...NUMBERS, value * 20] : NUMBERS;
  })();
  return candidates.filter((candidate) => candidate !== value && schema.safeParse(candidate).success);
}
