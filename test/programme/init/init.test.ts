import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Programme } from "../../../src/domain/programme.ts";
import { TemplateName } from "../../../src/domain/init-result.ts";
import { initProgramme } from "../../../src/programme/init/init.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { trainingEstimate } from "../../../src/programme/training-plan/training-estimate.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

const ON = "2026-06-15";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-init-"));
});
afterAll(() => rm(root, { recursive: true }));

describe.each(TemplateName.options)("the programme that init writes from %s", (template) => {
  test("passes as it is, and a fleet holds its run", async () => {
    const dir = join(root, template);
    await initProgramme(dir, template);
    const loaded = await readProgramme(dir, ON);
    expect(loaded.programme.data.files).toMatchObject([{ generated: true }]);
    expect((await trainingEstimate(loaded, ON)).fleet?.fits).toBe("yes");
  });

  test("is printed with a comment for every field", async () => {
    const dir = join(root, `${template}-golden`);
    await initProgramme(dir, template);
    const yaml = await readFile(join(dir, "programme.yaml"), "utf8");
    await expect(yaml).toMatchFileSnapshot(`../../golden/init/${template}.yaml`);
  });
});

/** Names of all fields of the schema, those of groups within groups too. */
function fieldNames(schema: unknown): string[] {
  const shape = (schema as { def: { innerType?: unknown; shape?: Record<string, unknown> } }).def;
  if (shape.innerType !== undefined) return fieldNames(shape.innerType);
  return Object.entries(shape.shape ?? {}).flatMap(([name, field]) => [name, ...fieldNames(field)]);
}

test("every field of the schema stands in the file, set or as a comment", async () => {
  const dir = join(root, "all-fields");
  await initProgramme(dir, "contracts");
  const yaml = await readFile(join(dir, "programme.yaml"), "utf8");
  const names = fieldNames(Programme);
  expect(names).toContain("gpuUsdPerHour");
  expect(names.filter((name) => !new RegExp(`^\\s*#?${name}:`, "m").test(yaml))).toEqual([]);
});

test("a field that stands as a comment counts without its #, and its default changes nothing", async () => {
  const dir = join(root, "uncommented");
  await initProgramme(dir, "contracts");
  const path = join(dir, "programme.yaml");
  const before = await readProgramme(dir, ON);
  const yaml = await readFile(path, "utf8");
  await writeFile(path, yaml.replace("#loraRank:", "loraRank:").replace("#packing:", "packing:"));
  expect((await readProgramme(dir, ON)).programme).toEqual(before.programme);
});

test("nothing is overwritten, and nothing is written where one of the files is there", async () => {
  const dir = join(root, "again");
  await initProgramme(dir, "support");
  const before = await readFile(join(dir, "programme.yaml"), "utf8");
  const failure = await catchFailureAsync(() => initProgramme(dir, "clinical"));
  expect(failure.message).toContain("already exists and is not overwritten");
  expect(await readFile(join(dir, "programme.yaml"), "utf8")).toBe(before);
});
