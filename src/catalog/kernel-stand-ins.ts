import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";

let likes: ReadonlyMap<string, string> | undefined;

/** The GPU whose kernel times stand in for one that has none: of its chip, its generation, or its time; by id. */
export function standIn(gpuId: string): string | undefined {
  if (likes === undefined) {
    const text = readFileSync(new URL("./data/kernels/stand-ins.csv", import.meta.url), "utf8");
    likes = new Map(parseCsv(text, "stand-ins.csv").rows.map(({ fields }) => [fields["gpu"]!, fields["like"]!]));
  }
  return likes.get(gpuId);
}
