import { expect, test } from "vitest";

import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { programmeCosts } from "../../../src/programme/cost/programme-costs.ts";
import { withOverrides } from "../../../src/programme/reading/programme-overrides.ts";

const DIR = "examples/contracts";

test("a value that programme.yaml leaves out is a default, one it has is the user's, one of a flag is the flag's", async () => {
  const loaded = await readProgramme(DIR);
  expect(loaded.origin(["data", "plannedRows"])).toEqual({ kind: "user", ref: "programme.yaml: data.plannedRows" });
  expect(loaded.origin(["team", "noSuchField"])).toEqual({
    kind: "assumption",
    ref: "default of programme.yaml: team.noSuchField",
  });
  const changed = withOverrides(loaded, { runs: 3 }, ".");
  expect(changed.origin(["training", "runs"])).toEqual({ kind: "user", ref: "--runs" });
});

test("the chain of a cost says so for each field it rests on", async () => {
  const loaded = await readProgramme(DIR);
  const { cost } = await programmeCosts(DIR, { on: "2026-06-15", draws: 500 });
  const fields = cost.figures.filter(({ id }) => id.startsWith("user."));
  expect(fields.length).toBeGreaterThan(5);
  for (const { id, source } of fields) expect(source, id).toEqual(loaded.origin(id.slice(5).split(".")));
  expect(new Set(fields.map(({ source }) => source.kind))).toEqual(new Set(["user", "assumption"]));
});
