import { READ_LIMITS } from "../../tables/limits.ts";
import { openRows } from "../../tables/read-rows.ts";
import { blockLines } from "./scan-block.ts";

/**
 * Counts the rows of a dataset file without parsing them; lines that a reader rejects are counted separately.
 *
 * @throws Failure as `openRows`
 */
export async function countRows(path: string): Promise<{ rows: number; bad: number }> {
  let [rows, bad] = [0, 0];
  const { items } = await openRows(path, READ_LIMITS);
  for await (const item of items) {
    if (item.kind === "bad-row") {
      bad += 1;
      continue;
    }
    for (const line of blockLines(item, READ_LIMITS.lineBytes)) {
      if ("text" in line) rows += 1;
      else bad += 1;
    }
  }
  return { rows, bad };
}
