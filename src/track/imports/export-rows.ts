import { parseExactJson } from "../../base/exact-json.ts";
import { READ_LIMITS } from "../../tables/limits.ts";
import { openRows } from "../../tables/read-rows.ts";

/** A row of an exported table: cells by column; all cells are texts if it was CSV. */
export type ExportRow = Readonly<Record<string, unknown>>;

/**
 * Rows of an exported table, one at a time. A column without a name, such as the index written by pandas, gets a name
 * that begins with an underscore.
 *
 * @param onBad  called for a row that cannot be read
 * @throws Failure bad_input if the file cannot be read
 */
export async function* exportRows(path: string, onBad: (what: string) => void): AsyncIterable<ExportRow> {
  let header: readonly string[] | undefined;
  const namesOf = (first: readonly string[]): readonly string[] => {
    header = first.map((name, index) => (name.trim() === "" ? `_column ${index + 1}` : name));
    return header;
  };
  const { items } = await openRows(path, { ...READ_LIMITS, namesOf });
  let isHeader = true;
  for await (const item of items) {
    if (item.kind === "bad-row") {
      onBad("row of an export that cannot be read");
      continue;
    }
    for (const line of Buffer.from(item.bytes).toString("utf8").split("\n")) {
      if (line.trim() === "") continue;
      // if the names were taken from the first line, that line is still among the rows
      const wasHeader = isHeader && header !== undefined;
      isHeader = false;
      if (!wasHeader) yield* rowOf(line, onBad);
    }
  }
}

function* rowOf(line: string, onBad: (what: string) => void): Iterable<ExportRow> {
  const value =
    parsed(line) ?? parsed(line.replaceAll(NOT_JSON, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) yield value as ExportRow;
  else onBad("row of an export that cannot be read");
}

/** Numbers that Python writes but JSON does not allow. Strings are matched so that they stay unchanged. */
const NOT_JSON = /"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)/g;

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
