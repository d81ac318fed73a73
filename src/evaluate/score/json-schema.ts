import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";

/** A JSON Schema as the evaluation file states it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const compiled = new WeakMap<JsonSchema, (value: unknown) => boolean>();

/**
 * True if a value satisfies a JSON Schema: draft 2020-12, or draft-06 and draft-07 if `$schema` names them. Formats are
 * checked.
 *
 * @throws Error if the schema is not valid; see `schemaProblem`
 */
export function satisfiesSchema(value: unknown, schema: JsonSchema): boolean {
  const known = compiled.get(schema);
  if (known !== undefined) return known(value);
  const isOld = /draft-0[67]/.test(String(schema["$schema"]));
  const options = { strict: false, logger: false } as const;
  const ajv = isOld ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  const check = (candidate: unknown): boolean => validate(candidate);
  compiled.set(schema, check);
  return check(value);
}

/** Reason why a schema cannot be used; undefined if it can. */
export function schemaProblem(schema: JsonSchema): string | undefined {
  try {
    satisfiesSchema(null, schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "it is not a valid JSON Schema";
  }
}
