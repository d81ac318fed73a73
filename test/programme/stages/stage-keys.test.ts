import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { hashFile } from "../../../src/base/hash-file.ts";
import type { StageResult, TrainingStage } from "../../../src/domain/training-stages.ts";
import { keepPassed, passedResult, verifiedOutput } from "../../../src/programme/stages/passed-stages.ts";
import { stageKeys } from "../../../src/programme/stages/stage-keys.ts";

const STAGES: readonly TrainingStage[] = [
  { name: "sft", train: "sft.yaml" },
  { name: "dpo", train: "dpo.yaml", from: "sft" },
  { name: "accept", gate: ["true"] },
  { name: "whole", merge: "dpo" },
  { name: "ship", export: "whole", to: "out" },
] as readonly TrainingStage[];
const INPUTS = new Map<string, unknown>([
  ["sft", "digest 1"],
  ["dpo", "digest 2"],
]);

/** Names of the stages whose key differs after a change. */
function repeated(stages: readonly TrainingStage[], inputs: ReadonlyMap<string, unknown> = INPUTS): string[] {
  const before = [...stageKeys(STAGES, INPUTS).values()];
  const after = [...stageKeys(stages, inputs)];
  return after.filter(([, key]) => !before.includes(key)).map(([name]) => name);
}

test.each<[what: string, stages: readonly TrainingStage[], inputs: ReadonlyMap<string, unknown>, names: string[]]>([
  ["nothing", STAGES, INPUTS, []],
  [
    "the data of the first stage",
    STAGES,
    new Map([...INPUTS, ["sft", "x"]]),
    ["sft", "dpo", "accept", "whole", "ship"],
  ],
  ["the data of the second stage", STAGES, new Map([...INPUTS, ["dpo", "x"]]), ["dpo", "accept", "whole", "ship"]],
  ["a gate", STAGES.with(2, { name: "accept", gate: ["false"] }), INPUTS, ["accept", "ship"]],
  ["the name of a stage", STAGES.with(2, { name: "check", gate: ["true"] }), INPUTS, []],
  ["the path of a training file", STAGES.with(0, { name: "sft", train: "first.yaml" }), INPUTS, []],
])("a change of %s repeats what depends on it, and nothing else", (_what, stages, ...[inputs, names]) => {
  expect(repeated(stages, inputs)).toEqual(names);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-stages-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a result counts while its output exists and its weights are those that passed", async () => {
  const output = join(folder, "model.gguf");
  await writeFile(output, "weights");
  const result: StageResult = {
    name: "whole",
    kind: "merge",
    state: "passed",
    detail: null,
    jobId: null,
    datasetDigest: null,
    output,
    sha256: await hashFile(output),
  };
  await keepPassed(folder, result);
  expect(await passedResult(folder)).toEqual(result);
  expect(await verifiedOutput([result], "whole")).toBe(output);
  await writeFile(output, "other weights");
  await expect(verifiedOutput([result], "whole")).rejects.toThrow(
    "the result of stage whole has changed since it passed",
  );
  await rm(output);
  expect(await passedResult(folder)).toBeUndefined();
  await expect(verifiedOutput([result], "whole")).rejects.toThrow("was removed since it passed");
});

test("a stored result of another version is none, and one that is no JSON is named", async () => {
  await writeFile(join(folder, "result.json"), '{ "state": "passed" }');
  expect(await passedResult(folder)).toBeUndefined();
  await writeFile(join(folder, "result.json"), '{ "state": ');
  await expect(passedResult(folder)).rejects.toMatchObject({
    kind: "bad_input",
    message: expect.stringContaining("result.json"),
  });
});
