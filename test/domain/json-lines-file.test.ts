import { expect, test } from "vitest";

import { DecontaminateRequest } from "../../src/domain/decontaminate-request.ts";
import { DedupRequest } from "../../src/domain/dedup-request.ts";
import { ImportRequest } from "../../src/domain/import-request.ts";
import { QualityRequest } from "../../src/domain/quality-request.ts";
import { RedactRequest } from "../../src/domain/redact-request.ts";
import { RightsRequest } from "../../src/domain/rights-request.ts";

/** Requests whose rows are written as JSON lines, with the fields that name such a file. */
const REQUESTS = [
  [DecontaminateRequest, ["out", "dropped"]],
  [DedupRequest, ["out", "dropped"]],
  [ImportRequest, ["dropped"]],
  [QualityRequest, ["out"]],
  [RedactRequest, ["out", "review"]],
  [RightsRequest, ["out", "dropped"]],
] as const;

/** Problems of one field of a request. */
function problems([schema, field]: [(typeof REQUESTS)[number][0], string], path: string): string[] {
  const { error } = schema.safeParse({ file: ["a.jsonl"], [field]: path });
  return (error?.issues ?? []).filter((issue) => issue.path[0] === field).map(({ message }) => message);
}

test.each(REQUESTS.flatMap(([schema, fields]) => fields.map((field) => [field, schema] as const)))(
  "a file for JSON lines (%s) cannot have the name of another format, by which it would be read",
  (field, schema) => {
    for (const path of ["rows.parquet", "rows.CSV", "a/rows.tsv.gz", "rows.feather", "rows.xlsx"]) {
      const [message] = problems([schema, field], path);
      expect(message).toContain("name a file .jsonl");
    }
    for (const path of ["rows.jsonl", "rows", "parquet.jsonl", "rows.csv.jsonl"])
      expect(problems([schema, field], path)).toEqual([]);
  },
);
