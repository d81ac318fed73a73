import { expect, test } from "vitest";

import { spanOf } from "../../../../src/curate/pipeline/lineage/removed-rows.ts";

test("the times of an artefact are those of its rows and records, not of a removal that was killed", () => {
  const files = [
    { name: "000000.json", modifiedMs: 1_000 },
    { name: "manifest.json", modifiedMs: 2_000 },
    { name: "removed.json", modifiedMs: 3_000 },
    { name: ".removed.json.0123abcd-42-89abcdef.tmp", modifiedMs: 4_000 },
  ];
  expect(spanOf(files)).toEqual({ startedAt: "1970-01-01T00:00:01.000Z", endedAt: "1970-01-01T00:00:02.000Z" });
});
