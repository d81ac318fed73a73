import { expect, test } from "vitest";

import { Programme } from "../../../src/domain/programme.ts";
import { programmeSchemaProblems } from "../../../src/programme/reading/programme-problems.ts";
import { schemaLeaves } from "../study/schema-leaves.ts";

/** A programme in which the field at `path` holds `value`, with lists and records of one item on the way. */
function programmeWith(path: string, value: unknown): unknown {
  const whole = { name: "A", task: { kind: "qa", goals: ["format"] }, model: { base: "x" }, data: {} };
  let here = whole as Record<string, unknown>;
  const keys = path.split(".").flatMap((part) => part.split(/(?=\[\]|\{\})/));
  for (const [index, raw] of keys.entries()) {
    const key = raw === "[]" ? "0" : raw === "{}" ? "some.id" : raw;
    if (index === keys.length - 1) here[key] = value;
    else here = (here[key] = keys[index + 1] === "[]" ? [] : { ...(here[key] as object | undefined) }) as typeof here;
  }
  return whole;
}

test("whatever is wrong with a field of programme.yaml, its problem says what to write", () => {
  const without: string[] = [];
  let problems = 0;
  for (const { path } of schemaLeaves(Programme)) {
    for (const wrong of [{ a: { b: [] } }, [[null]], -1e300, "\u0000", null, true]) {
      const value = programmeWith(path, wrong);
      const { error } = Programme.safeParse(value);
      for (const { field, text, hint } of programmeSchemaProblems(error?.issues ?? [], value)) {
        problems += 1;
        if (hint === undefined || hint === "") without.push(`${field.join(".")}: ${text}`);
      }
    }
  }
  expect(problems).toBeGreaterThan(500);
  expect(without).toEqual([]);
});

test("an unknown field in a stage of the pipeline is answered with the fields of that stage", () => {
  const value = {
    name: "A",
    task: { kind: "qa", goals: ["format"] },
    model: { base: "x" },
    data: {
      pipeline: [
        { stage: "redact", recognisers: [{ name: "badge", entity: "BADGE", pattern: "ZZ" }] },
        { stage: "decontaminate" },
      ],
    },
  };
  const problems = programmeSchemaProblems(Programme.safeParse(value).error?.issues ?? [], value);
  expect(problems.map(({ field, hint }) => `${field.join(".")}: ${hint}`)).toEqual([
    "data.pipeline.0.recognisers.0.name: fields here: entity, pattern, caseSensitive, context, checksum, score, operator",
    "data.pipeline.1.against: data.pipeline.1.against: Benchmarks, test sets and replay sets: .jsonl, .json, .csv, .tsv (also .gz), .parquet; `FILE:question=F,answer=F,passage=F` names their fields, `F+G` joins two",
  ]);
});

test.each([
  [{ data: { description: "x" } }, "did you mean description at the top level?"],
  [{ plannedRows: 9 }, "did you mean data.plannedRows?"],
  [{ training: { python: { torch: ".venv" } } }, "fields here: trl, axolotl, llama-factory, verl"],
])("a field in the wrong group is answered with its place: %o", (wrong, hint) => {
  const value = { name: "A", task: { kind: "qa", goals: ["format"] }, model: { base: "x" }, data: {}, ...wrong };
  const problems = programmeSchemaProblems(Programme.safeParse(value).error?.issues ?? [], value);
  expect(problems.map((problem) => problem.hint)).toEqual([hint]);
});
