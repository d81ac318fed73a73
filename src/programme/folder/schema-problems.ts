import * as z from "zod";

import type { FailureKind } from "../../base/failure.ts";
import { issueText, valueAt } from "../../base/issue-text.ts";
import { didYouMean } from "../../base/suggest.ts";

/** An error in a YAML file: where, what, and what to do. */
export type Problem = {
  field: readonly (string | number)[];
  text: string;
  hint?: string | undefined;
  kind?: FailureKind | undefined;
};

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  /** Names that are allowed in a group whose fields have all the same schema. */
  propertyNames?: { enum?: string[] };
  /** Kinds of a group, distinguished by one of its fields, as for the stages of a pipeline. */
  oneOf?: JsonSchema[];
  const?: unknown;
  description?: string;
};

/** Problems of a value that its schema rejects, one per field; an unknown field with the most likely valid one. */
export function schemaProblems(schema: z.ZodType, issues: readonly z.core.$ZodIssue[], value: unknown): Problem[] {
  const json = jsonSchemaOf(schema);
  return issues.flatMap((issue): Problem[] => {
    const field = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(json, [...field, key], value));
    const given = valueAt(value, field);
    const hint = hintFor(json, issue, { field, given }) ?? meaningOf(json, field, value);
    return [{ field, text: issueText(issue, given), hint }];
  });
}

const converted = new WeakMap<z.ZodType, JsonSchema>();

/** The JSON schema of a schema, converted once: that of `programme.yaml` is large. */
function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = converted.get(schema);
  if (known !== undefined) return known;
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  converted.set(schema, json);
  return json;
}

/** Description of a field from the schema: its own, otherwise that of its group. */
function meaningOf(json: JsonSchema, field: Problem["field"], value: unknown): string | undefined {
  for (let depth = field.length; depth > 0; depth--) {
    const description = schemaAt(json, field.slice(0, depth), value)?.description;
    if (description !== undefined) return `${field.slice(0, depth).join(".")}: ${description}`;
  }
  return undefined;
}

function hintFor(
  json: JsonSchema,
  issue: z.core.$ZodIssue,
  { field, given }: { field: Problem["field"]; given: unknown },
): string | undefined {
  if (issue.code === "invalid_value" && typeof given === "string") return didYouMean(given, issue.values.map(String));
  const isGroup = issue.code === "invalid_type" && issue.expected === "object";
  return isGroup ? `fields here: ${knownFields(json, field).join(", ")}` : undefined;
}

function unknownField(json: JsonSchema, field: Problem["field"], value: unknown): Problem {
  const key = String(field.at(-1));
  const known = knownFields(json, field.slice(0, -1), value);
  const isInList = field.some((part) => typeof part === "number"); // fields of an item have the names of others
  const near = didYouMean(key, known) ?? (isInList ? undefined : elsewhere(json, key));
  return {
    field,
    text: `"${key}" is not a field here`,
    hint: near ?? (known.length > 0 ? `fields here: ${known.join(", ")}` : undefined),
  };
}

/** Hint for a field in the wrong group: the full paths of the fields with that name. */
function elsewhere(json: JsonSchema, key: string): string | undefined {
  const paths = nestedPaths(json, []).filter((path) => path.at(-1) === key);
  const places = paths.map((path) => (path.length === 1 ? `${key} at the top level` : path.join(".")));
  return places.length === 0 ? undefined : `did you mean ${places.join(" or ")}?`;
}

function nestedPaths({ properties = {} }: JsonSchema, above: readonly string[]): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    [...above, name],
    ...nestedPaths(schema, [...above, name]),
  ]);
}

/** The schema of the field at `path`; inside a group of several kinds, that of the kind in `value`. */
function schemaAt(json: JsonSchema, path: Problem["field"], value?: unknown): JsonSchema | undefined {
  let schema: JsonSchema | undefined = json;
  for (const [index, part] of path.entries()) {
    const group = kindOf(schema, value, path.slice(0, index));
    const named = group?.additionalProperties;
    schema =
      typeof part === "number"
        ? group?.items
        : (group?.properties?.[part] ?? (typeof named === "object" ? named : undefined));
  }
  return schema;
}

/** Names of the fields allowed in the group at `path`; for a group of several kinds, those of the kind in `value`. */
function knownFields(json: JsonSchema, path: Problem["field"], value?: unknown): string[] {
  const group = kindOf(schemaAt(json, path, value), value, path);
  return group?.propertyNames?.enum ?? Object.keys(group?.properties ?? {});
}

function kindOf(schema: JsonSchema | undefined, value: unknown, path: Problem["field"]): JsonSchema | undefined {
  return schema?.oneOf?.find((kind) => isKind(kind, valueAt(value, path))) ?? schema;
}

function isKind({ properties = {} }: JsonSchema, given: unknown): boolean {
  if (given === null || typeof given !== "object") return false;
  const fixed = Object.entries(properties).filter(([, schema]) => schema.const !== undefined);
  return (
    fixed.length > 0 &&
    fixed.every(([name, schema]) =>
      Object.entries(given).some(([key, value]) => key === name && value === schema.const),
    )
  );
}
