import * as z from "zod";

import { wrapText } from "../../base/text-table.ts";
import { Programme, type ProgrammeInput } from "../../domain/programme.ts";

type Schema = {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
};

/** Line width of comments. */
const COLUMNS = 100;

/**
 * A programme as YAML with a comment per field, taken from the schema, so that it cannot differ from what the reader
 * checks. A field that is not set is written as `#name: default`; remove the `#` to set it.
 */
export function programmeYaml(values: ProgrammeInput, heading: string): string {
  const schema = z.toJSONSchema(Programme, { io: "input", unrepresentable: "any" }) as Schema;
  return `${wrapText(heading, COLUMNS, "# ")}\n${groupLines(schema, values, "").join("\n")}\n`;
}

function groupLines(schema: Schema, values: Readonly<Record<string, unknown>>, indent: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const gap = indent === "" ? [""] : [];
    return [...gap, ...commentLines(field, indent), ...fieldLines(name, { field, value: values[name] }, indent)];
  });
}

function fieldLines(name: string, { field, value }: { field: Schema; value: unknown }, indent: string): string[] {
  const start = value === undefined ? `${indent}#${name}:` : `${indent}${name}:`;
  if (field.properties !== undefined) {
    return [start, ...groupLines(field, (value ?? {}) as Record<string, unknown>, `${indent}  `)];
  }
  if (Array.isArray(value) && field.items?.properties !== undefined) {
    return [start, ...value.flatMap((item) => itemLines(item as Record<string, unknown>, indent))];
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    return [start, ...Object.entries(value).map(([key, value]) => `${indent}  ${scalar(key)}: ${scalar(value)}`)];
  }
  return [`${start} ${scalar(value ?? field.default ?? placeholder(field))}`];
}

/** One item of a list of groups: the fields that it sets; the comment of the list names the others. */
function itemLines(item: Readonly<Record<string, unknown>>, indent: string): string[] {
  return Object.entries(item).map(
    ([name, value], index) => `${indent}  ${index === 0 ? "- " : "  "}${name}: ${scalar(value)}`,
  );
}

function commentLines(field: Schema, indent: string): string[] {
  const choices = field.enum ?? field.items?.enum;
  const notes = [
    field.description ?? "",
    choices ? `One of: ${choices.map(String).join(", ")}` : "",
    itemFields(field),
  ].filter((note) => note !== "");
  return notes.length === 0 ? [] : wrapText(`${notes.join(". ")}.`, COLUMNS, `${indent}# `).split("\n");
}

function itemFields(field: Schema): string {
  const properties = Object.entries(field.items?.properties ?? {});
  if (properties.length === 0) return "";
  const words = properties.map(([name, property]) => {
    const choices = property.enum ? `: ${property.enum.map(String).join(", ")}` : "";
    return `${name} (${lowerFirst(property.description ?? "")}${choices})`;
  });
  return `Each has ${words.join("; ")}`;
}

function placeholder(field: Schema): unknown {
  if (field.enum) return field.enum[0];
  const type = field.type ?? field.anyOf?.[0]?.type;
  if (type === "array") return [];
  if (type === "object") return {};
  if (type === "boolean") return false;
  return "...";
}

/** A value in YAML; what JSON writes is valid YAML, and plain words need no quotes. */
function scalar(value: unknown): string {
  if (
    typeof value === "string" &&
    /^[A-Za-z][\w ./-]*$/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off|nan)$/i.test(value.trim())
  ) {
    return value;
  }
  if (Array.isArray(value)) return `[${value.map(scalar).join(", ")}]`;
  return value === "..." ? "..." : JSON.stringify(value);
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
