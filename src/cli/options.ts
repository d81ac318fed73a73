import * as z from "zod";

import { didYouMean } from "../base/suggest.ts";
import { Failure } from "../base/failure.ts";
import { issueText, valueAt } from "../base/issue-text.ts";
import type { CommandDefinition } from "./command.ts";

/** A flag or argument as shown in the help and the reference, derived from the command's schema. */
export type OptionRow = {
  field: string;
  flag: string;
  kind: "boolean" | "number" | "integer" | "string" | "list";
  required: boolean;
  defaultValue: unknown;
  choices: readonly string[] | undefined;
  /** Description of the flag; for a flag that disables a default, `whenOff` of its schema. */
  description: string;
};

type JsonSchema = {
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  description?: string;
  whenOff?: string;
  anyOf?: JsonSchema[];
};

/** Flags and arguments of a command, in schema order. */
export function optionRows(definition: CommandDefinition): OptionRow[] {
  const schema = z.toJSONSchema(definition.options, { io: "input", unrepresentable: "any" }) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(schema.properties ?? {}).map(([field, property]) => ({
    field,
    flag: `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    kind: kindOf(property),
    required: schema.required?.includes(field) ?? false,
    defaultValue: property.default,
    choices: property.enum?.map(String),
    description: (property.default === true ? property.whenOff : property.description) ?? "",
  }));
}

/**
 * Validates the arguments of a command line with the command's schema.
 *
 * @throws Failure bad_input that names the flag or argument, the given value and what was expected
 */
export function parseOptions(
  definition: CommandDefinition,
  raw: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const rows = optionRows(definition);
  const nameOf = (field: string): string =>
    definition.args.includes(field) ? `<${kebab(field)}>` : (rows.find((row) => row.field === field)?.flag ?? field);
  const values: Record<string, unknown> = {};
  for (const row of rows) {
    const value = raw[row.field];
    if (value === undefined) continue;
    const isNumber = (row.kind === "number" || row.kind === "integer") && typeof value === "string";
    if (isNumber && (value.trim() === "" || Number.isNaN(Number(value)))) {
      throw new Failure("bad_input", `${nameOf(row.field)}: "${value}" is not a number`, {
        hint: "write digits, such as 12 or 0.5",
      });
    }
    values[row.field] = isNumber ? Number(value) : value;
  }
  const parsed = definition.options.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = String(issue.path[0] ?? "");
  const given = valueAt(values, issue.path); // for a list: the invalid item
  const choices = issue.code === "invalid_value" ? issue.values.map(String) : [];
  const hint =
    choices.length > 0 && typeof given === "string"
      ? (didYouMean(given, choices) ?? `one of: ${choices.join(", ")}`)
      : rows.find((row) => row.field === field)?.description;
  throw new Failure("bad_input", `${nameOf(field)}: ${issueText(issue, given)}`, { hint });
}

function kebab(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function kindOf(property: JsonSchema): OptionRow["kind"] {
  const type = property.type ?? property.anyOf?.[0]?.type;
  if (type === "boolean" || type === "number" || type === "integer") return type;
  return type === "array" ? "list" : "string";
}
