import type * as z from "zod";

import { Failure } from "../../base/failure.ts";
import type { YamlFile } from "../../base/yaml.ts";
import { type Problem, schemaProblems } from "./schema-problems.ts";

/** The path of a file for messages, and what to do if a problem has no better hint. */
export type ShownFile = { shown: string; hint?: string };

/** Number of problems that one message lists. */
const MAX_PROBLEMS = 20;

/**
 * The typed value of a YAML file.
 *
 * @throws Failure bad_input with up to twenty problems, each with its line and field
 */
export function checkFile<Schema extends z.ZodType>(
  schema: Schema,
  file: YamlFile,
  about: ShownFile,
): z.output<Schema> {
  const parsed = schema.safeParse(file.value);
  if (parsed.success) return parsed.data;
  throw fileFailure(schemaProblems(schema, parsed.error.issues, file.value), file, about);
}

/** One problem as a sentence with its location, several as a list in file order. */
export function fileFailure(problems: readonly Problem[], file: YamlFile, { shown, hint: guide }: ShownFile): Failure {
  const placed = problems
    .map((problem) => ({ ...problem, line: file.lineOf(problem.field) }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ field, line, text, hint }) => ({
      text: `line ${line}${field.length === 0 ? "" : `, ${field.join(".")}`}: ${text}`,
      hint,
    }));
  const kind = problems.every((problem) => problem.kind === "not_found") ? "not_found" : "bad_input";
  const [only] = placed;
  if (only && placed.length === 1) return new Failure(kind, `${shown}, ${only.text}`, { hint: only.hint ?? guide });
  const lines = placed
    .slice(0, MAX_PROBLEMS)
    .map(({ text, hint }, index) =>
      hint === undefined || placed.slice(0, index).some((earlier) => earlier.hint === hint)
        ? text
        : `${text} (${hint})`,
    );
  if (placed.length > MAX_PROBLEMS) lines.push(`and ${placed.length - MAX_PROBLEMS} more`);
  return new Failure(kind, `${shown} has ${placed.length} problems\n  ${lines.join("\n  ")}`, {
    hint: guide ?? "correct the file, then retry",
  });
}
