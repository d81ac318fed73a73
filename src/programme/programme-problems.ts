import * as z from "zod";

import type { FailureKind } from "../base/failure.ts";
import { issueText, showValue, valueAt } from "../base/issue-text.ts";
import { didYouMean } from "../base/suggest.ts";
import { Programme } from "../domain/programme.ts";

/** Something in `programme.yaml` that cannot stand: where, what, and what to do. */
export type Problem = {
  field: readonly (string | number)[];
  text: string;
  hint?: string | undefined;
  kind?: FailureKind | undefined;
};

type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema };

/** What the schema says against a value, one problem per field; unknown keys with the likeliest right one. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], value: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const field = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...field, key]));
    const given = valueAt(value, field);
    if (issue.code === "invalid_union" && field[0] === "assumptions") {
      return [{ field, text: `${showValue(given)} is neither a number nor a group of p10, p50 and p90` }];
    }
    return [{ field, text: issueText(issue, given), hint: hintFor(issue, { field, given }) }];
  });
}

function hintFor(
  issue: z.core.$ZodIssue,
  { field, given }: { field: Problem["field"]; given: unknown },
): string | undefined {
  if (issue.code === "invalid_value" && typeof given === "string") return didYouMean(given, issue.values.map(String));
  const isGroup = issue.code === "invalid_type" && issue.expected === "object";
  return isGroup ? `fields here: ${knownKeys(field).join(", ")}` : undefined;
}

function unknownKey(field: readonly (string | number)[]): Problem {
  const key = String(field.at(-1));
  const known = knownKeys(field.slice(0, -1));
  const near = didYouMean(key, known);
  return {
    field,
    text: `"${key}" is not a field here`,
    hint: near ?? (known.length > 0 ? `fields here: ${known.join(", ")}` : undefined),
  };
}

/** Names of the fields that may stand in the group at `path`. */
function knownKeys(path: readonly (string | number)[]): string[] {
  let schema: JsonSchema | undefined = z.toJSONSchema(Programme, { io: "input", unrepresentable: "any" }) as JsonSchema;
  for (const part of path) schema = typeof part === "number" ? schema?.items : schema?.properties?.[part];
  return Object.keys(schema?.properties ?? {});
}

/** Dates that cannot hold together, each with what to change. `on` is today; what depends on it is skipped without. */
export function dateProblems(programme: Programme, on?: string): Problem[] {
  const { start, requirements } = programme;
  const { deadline } = requirements;
  const problems: Problem[] = [];
  if (deadline !== undefined && on !== undefined && deadline < on) {
    problems.push({
      field: ["requirements", "deadline"],
      text: `the deadline ${deadline} is in the past (today is ${on})`,
      hint: "set requirements.deadline to a day ahead, or remove it",
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

/** Fields that contradict each other. */
export function crossFieldProblems(programme: Programme): Problem[] {
  const { data, training } = programme;
  const problems: Problem[] = [];
  if (data.syntheticRows > data.plannedRows) {
    problems.push({
      field: ["data", "syntheticRows"],
      text: `${data.syntheticRows} synthetic rows are more than the ${data.plannedRows} rows planned`,
      hint: "data.plannedRows counts the finished dataset, synthetic rows included",
    });
  }
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
      text: "a price of your own holds for one GPU, and none is named",
      hint: "set training.gpu, or remove the price",
    });
  }
  const seen = new Set<string>();
  for (const [index, file] of data.files.entries()) {
    if (seen.has(file.path)) {
      problems.push({ field: ["data", "files", index, "path"], text: `"${file.path}" is listed twice` });
    }
    seen.add(file.path);
  }
  return problems;
}
