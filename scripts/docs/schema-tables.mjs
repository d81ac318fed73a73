// Tables of the fields of a zod schema, for the reference pages.
import * as z from "zod";

/**
 * One row per field, nested ones by their path (`data.files[].path`).
 *
 * @param schema  an object schema
 * @param nameOf  what stands for a schema as a whole, as a link to its own section, or undefined: then it nests
 * @returns rows of {path, type, fallback, description}
 */
export function fieldRows(schema, nameOf, prefix = "") {
  return Object.entries(schema.def.shape).flatMap(([key, field]) => {
    const { inner, optional, nullable, fallback } = unwrap(field);
    const path = `${prefix}${key}`;
    const row = {
      path,
      type: typeText(inner, nameOf) + (nullable ? " or null" : ""),
      fallback: fallback === undefined ? (optional ? "none" : "required") : code(JSON.stringify(fallback)),
      description: field.description ?? inner.description ?? "",
    };
    const { element, path: below } = elementOf(inner, path);
    const nests = element.def.type === "object" && nameOf(element) === undefined;
    return nests ? [row, ...fieldRows(element, nameOf, `${below}.`)] : [row];
  });
}

/** A Markdown table; cells are escaped. */
export function markdownTable(heads, rows) {
  return [tableLine(heads), `|${heads.map(() => "---").join("|")}|`, ...rows.map(tableLine)].join("\n");
}

/** Text as code in Markdown. */
export function code(text) {
  return `\`${text}\``;
}

function tableLine(cells) {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

function elementOf(schema, path) {
  if (schema.def.type !== "array") return { element: schema, path };
  return elementOf(unwrap(schema.def.element).inner, `${path}[]`);
}

function unwrap(schema) {
  let [inner, optional, nullable, fallback] = [schema, false, false, undefined];
  for (;;) {
    const { type, innerType, defaultValue } = inner.def;
    if (type === "optional") optional = true;
    else if (type === "nullable") nullable = true;
    else if (type === "default" || type === "prefault") fallback = defaultValue;
    else return { inner, optional, nullable, fallback };
    inner = innerType;
  }
}

/** The values of a schema in words; a schema that has a name by its name. */
export function typeText(schema, nameOf) {
  const name = nameOf(schema);
  if (name !== undefined) return name;
  const { def } = schema;
  switch (def.type) {
    case "object":
      return "fields below";
    case "array":
      return `list of ${typeText(unwrap(def.element).inner, nameOf)}`;
    case "record":
      return `map of text to ${typeText(unwrap(def.valueType).inner, nameOf)}`;
    case "enum":
      return Object.values(def.entries).map(code).join(", ");
    case "literal":
      return def.values.map((value) => code(JSON.stringify(value))).join(", ");
    case "union":
      return [...new Set(def.options.map((option) => typeText(unwrap(option).inner, nameOf)))].join(" or ");
    case "pipe":
      return typeText(def.in, nameOf);
    default:
      return scalarText(schema);
  }
}

function scalarText(schema) {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const words = { string: "text", boolean: "true or false", number: "number", integer: "whole number" };
  const limits = [
    json.exclusiveMinimum === undefined ? "" : `above ${json.exclusiveMinimum}`,
    json.minimum === undefined || json.minimum <= Number.MIN_SAFE_INTEGER ? "" : `at least ${json.minimum}`,
    json.maximum === undefined || json.maximum >= Number.MAX_SAFE_INTEGER ? "" : `at most ${json.maximum}`,
  ].filter((limit) => limit !== "");
  return [words[json.type] ?? "any value", ...limits].join(", ");
}
