import { existsSync } from "node:fs";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { hashIndex } from "../rows/hash-index.ts";
import { readRows } from "../pipeline/reading/read-rows.ts";
import { PARTS } from "./place-groups.ts";
import { contentHash } from "./split-summary.ts";

/**
 * Reads the rows of an earlier split: the part of each row, found by the hash of its content. Memory: 36 bytes per row.
 *
 * @throws Failure not_found if the folder contains no split
 */
export async function keptSplit(folder: string): Promise<(high: number, low: number) => number | undefined> {
  const index = hashIndex();
  const ends: number[] = [];
  let place = 0;
  for (const part of PARTS) {
    const path = join(folder, `${part}.jsonl`);
    if (existsSync(path)) {
      for await (const { rows } of readRows(path, { source: part })) {
        for (const { fields } of rows) {
          const hash = Buffer.from(contentHash(fields));
          place += 1;
          index.firstPlace(hash.readUInt32BE(0), hash.readUInt32BE(4), place);
        }
      }
    }
    ends.push(place);
  }
  if (place === 0) {
    throw new Failure("not_found", `${folder} has no split: expected train.jsonl and test.jsonl`, {
      hint: "name the folder that an earlier `tunewright data split` wrote",
    });
  }
  return (high, low) => {
    const found = index.find(high, low);
    return found === undefined ? undefined : ends.findIndex((end) => found <= end);
  };
}
