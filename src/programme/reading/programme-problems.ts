import * as z from "zod";

import type { FailureKind } from "../../base/failure.ts";
import { issueText, showValue, valueAt } from "../../base/issue-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { AssumptionRange } from "../../domain/assumption.ts";
import { Programme } from "../../domain/programme.ts";

/** An error in `programme.yaml`: where, what, and what to do. */
export type Problem = {
  field: readonly (string | number)[];
  text: string;
  hint?: string | undefined;
  kind?: FailureKind | undefined;
};

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  /** Kinds of an item, distinguished by one of its fields, as for the stages of a pipeline. */
  oneOf?: JsonSchema[];
  const?: unknown;
  description?: string;
};

/** Schema errors of a value, one per field; unknown keys with the most likely valid one. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], value: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const field = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...field, key], value));
    const given = valueAt(value, field);
    if (issue.code === "invalid_union" && field[0] === "assumptions") return overrideProblems(issue, { field, given });
    return [
      { field, text: issueText(issue, given), hint: hintFor(issue, { field, given }) ?? meaningOf(field, value) },
    ];
  });
}

/** Description of a field from the schema: its own, otherwise that of its group. */
function meaningOf(field: Problem["field"], value: unknown): string | undefined {
  for (let depth = field.length; depth > 0; depth--) {
    const description = schemaAt(field.slice(0, depth), value)?.description;
    if (description !== undefined) return `${field.slice(0, depth).join(".")}: ${description}`;
  }
  return undefined;
}

/** Problems of an assumption's own value: inside its group, or because it is neither a number nor a group. */
function overrideProblems(
  issue: z.core.$ZodIssueInvalidUnion,
  { field, given }: { field: Problem["field"]; given: unknown },
): Problem[] {
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    const hint = "write a number, or { p10: ..., p50: ..., p90: ... }";
    return [{ field, text: `${showValue(given)} is neither a number nor a group of p10, p50 and p90`, hint }];
  }
  const known = Object.keys(AssumptionRange.shape);
  const inside = issue.errors.find((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
  return (inside ?? []).flatMap((entry): Problem[] =>
    entry.code === "unrecognized_keys"
      ? entry.keys.map((key) => ({
          field: [...field, key],
          text: `"${key}" is not a field here`,
          hint: didYouMean(key, known) ?? `fields here: ${known.join(", ")}`,
        }))
      : [
          {
            field: [...field, ...entry.path.map(String)],
            text: issueText(entry, valueAt(given, entry.path)),
            hint: "write p10, p50 and p90 as numbers of zero or more",
          },
        ],
  );
}

function hintFor(
  issue: z.core.$ZodIssue,
  { field, given }: { field: Problem["field"]; given: unknown },
): string | undefined {
  if (issue.code === "invalid_value" && typeof given === "string") return didYouMean(given, issue.values.map(String));
  const isGroup = issue.code === "invalid_type" && issue.expected === "object";
  return isGroup ? `fields here: ${knownKeys(field).join(", ")}` : undefined;
}

function unknownKey(field: readonly (string | number)[], value: unknown): Problem {
  const key = String(field.at(-1));
  const known = knownKeys(field.slice(0, -1), value);
  const isInList = field.some((part) => typeof part === "number"); // fields of an item have the names of others
  const near = didYouMean(key, known) ?? (isInList ? undefined : elsewhere(key));
  return {
    field,
    text: `"${key}" is not a field here`,
    hint: near ?? (known.length > 0 ? `fields here: ${known.join(", ")}` : undefined),
  };
}

/** Hint for a field in the wrong group: the full paths of the fields with that name. */
function elsewhere(key: string): string | undefined {
  const paths = nestedPaths(programmeSchema(), []).filter((path) => path.at(-1) === key);
  return paths.length === 0 ? undefined : `did you mean ${paths.map((path) => path.join(".")).join(" or ")}?`;
}

function nestedPaths({ properties = {} }: JsonSchema, above: readonly string[]): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    [...above, name],
    ...nestedPaths(schema, [...above, name]),
  ]);
}

let made: JsonSchema | undefined;

function programmeSchema(): JsonSchema {
  return (made ??= z.toJSONSchema(Programme, { io: "input", unrepresentable: "any" }) as JsonSchema);
}

/** The schema of the field at `path`; inside an item of several kinds, that of the kind in `value`. */
function schemaAt(path: readonly (string | number)[], value?: unknown): JsonSchema | undefined {
  let schema: JsonSchema | undefined = programmeSchema();
  for (const [index, part] of path.entries()) {
    const group = kindOf(schema, value, path.slice(0, index));
    schema = typeof part === "number" ? group?.items : group?.properties?.[part];
  }
  return schema;
}

/** Names of the fields allowed in the group at `path`; for an item of several kinds, those of the kind in `value`. */
function knownKeys(path: readonly (string | number)[], value?: unknown): string[] {
  return Object.keys(kindOf(schemaAt(path, value), value, path)?.properties ?? {});
}

function kindOf(
  schema: JsonSchema | undefined,
  value: unknown,
  path: readonly (string | number)[],
): JsonSchema | undefined {
  return schema?.oneOf?.find((jsonSchema) => isKind(jsonSchema, valueAt(value, path))) ?? schema;
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

/** Contradictory dates, each with what to change. `on` is today; without it, checks that depend on it are skipped. */
export function dateProblems(programme: Programme, on?: string): Problem[] {
  const { start, requirements } = programme;
  const { deadline } = requirements;
  const problems: Problem[] = [];
  if (deadline !== undefined && on !== undefined && deadline < on) {
    problems.push({
      field: ["requirements", "deadline"],
      text: `the deadline ${deadline} is in the past (today is ${on})`,
      hint: "set requirements.deadline to a future day, or remove it",
    });
  }
  if (deadline !== undefined && start !== undefined && start >= deadline) {
    problems.push({
      field: ["start"],
      text: `the start ${start} is not before the deadline ${deadline}`,
      hint: "move start before requirements.deadline",
    });
  }
  return problems;
}

/**
 * Problems of missing rows: all training except on a corpus needs rows; work on the files of a programme needs none.
 */
export function rowProblems({ data, training }: Programme): Problem[] {
  if (data.syntheticRows > data.plannedRows) {
    return [
      {
        field: ["data", "syntheticRows"],
        text: `${data.syntheticRows} synthetic rows exceed the ${data.plannedRows} planned rows`,
        hint: "data.plannedRows counts the finished dataset, synthetic rows included",
      },
    ];
  }
  if (data.plannedRows > 0) return [];
  const field: Problem["field"] = ["data", "plannedRows"];
  if (training.method === "dpo") {
    const hint = "plan the rows of that run, or remove training.sftFirst";
    return training.sftFirst === true
      ? [{ field, text: "a supervised run comes first (training.sftFirst), but no rows are planned", hint }]
      : [];
  }
  if (data.corpusTokens === 0) {
    return [{ field, text: "no rows and no corpus are planned", hint: "plan rows, or give data.corpusTokens" }];
  }
  if (training.method !== "auto" && training.method !== "continued-pretraining") {
    const hint = "plan rows, or set training.method to continued-pretraining";
    return [{ field, text: `${training.method} trains on rows, but none are planned`, hint }];
  }
  if (training.preferencePass === "grpo") {
    const hint = "plan the rows that are its prompts, or remove training.preferencePass";
    return [{ field, text: "the GRPO pass samples answers to the planned rows, but none are planned", hint }];
  }
  return [];
}

/** Problems of fields that contradict each other. */
export function crossFieldProblems(programme: Programme): Problem[] {
  const { data, training } = programme;
  const problems: Problem[] = [];
  if (training.method === "continued-pretraining" && data.corpusTokens === 0) {
    problems.push({
      field: ["training", "method"],
      text: "continued-pretraining needs the size of its corpus",
      hint: "set data.corpusTokens",
    });
  }
  if (training.gpuUsdPerHour !== undefined && training.gpu === undefined) {
    problems.push({
      field: ["training", "gpuUsdPerHour"],
      text: "your own price applies to one GPU, but none is named",
      hint: "set training.gpu, or remove the price",
    });
  }
  return problems;
}

/**
 * Files that are listed twice, also by another path or through a link: training rows must not prove quality.
 *
 * @param targets locations of the files of `data.files`, in their order; undefined for one that could not be found
 */
export function repeatedFiles(
  programme: Programme,
  targets: readonly (string | undefined)[],
  lineOf: (field: Problem["field"]) => number,
): Problem[] {
  const first = new Map<string, number>();
  return programme.data.files.flatMap(({ path, role }, index): Problem[] => {
    const target = targets[index];
    const earlier = target === undefined ? undefined : first.get(target);
    if (target === undefined || earlier === undefined) {
      if (target !== undefined) first.set(target, index);
      return [];
    }
    const before = programme.data.files[earlier]!;
    const line = lineOf(["data", "files", earlier, "path"]);
    const roles = before.role === role ? "" : `: role ${before.role} there, ${role} here`;
    return [
      {
        field: ["data", "files", index, "path"],
        text: `"${path}" is the file "${before.path}" of line ${line} again${roles}`,
        hint: "list each file once; rows that are trained on cannot prove quality",
      },
    ];
  });
}
