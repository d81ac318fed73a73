import { Failure } from "../../base/failure.ts";
import { READ_LIMITS } from "../../tables/limits.ts";
import { openRows } from "../../tables/read-rows.ts";
import { blockLines } from "./scan-block.ts";
import { parseRow } from "./parse-row.ts";

/**
 * Reads a file all of whose rows must be valid: labels, scores.
 *
 * @throws Failure not_found; bad_input with the line of a row that cannot be read
 */
export async function* readWholeRows(path: string, shown: string): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const { items } = await openRows(path, READ_LIMITS);
  for await (const item of items) {
    const lines = item.kind === "bad-row" ? [item] : blockLines(item, READ_LIMITS.lineBytes);
    for (const line of lines) {
      const { fields, problem } = "text" in line ? parseRow(line.text, READ_LIMITS.columns) : { problem: line.detail };
      if (fields === undefined)
        throw new Failure("bad_input", `${shown}, line ${line.line}: ${problem}`, { hint: "correct that row" });
      yield fields;
    }
  }
}
