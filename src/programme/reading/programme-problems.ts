import type * as z from "zod";

import { issueText, showValue, valueAt } from "../../base/issue-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { AssumptionRange } from "../../domain/assumption.ts";
import { Programme } from "../../domain/programme.ts";
import { type Problem, schemaProblems } from "../folder/schema-problems.ts";

/** Schema errors of the value of `programme.yaml`, one per field. */
export function programmeSchemaProblems(issues: readonly z.core.$ZodIssue[], value: unknown): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const field = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    return issue.code === "invalid_union" && field[0] === "assumptions"
      ? overrideProblems(issue, { field, given: valueAt(value, field) })
      : schemaProblems(Programme, [issue], value);
  });
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
