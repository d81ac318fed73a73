import { expect, test } from "vitest";

import { hasEffect, LEAVES, programmeFolder, WITHOUT_EFFECT } from "./field-effect.ts";

programmeFolder();

/** Fields of four parts of a programme; `test/full` tries all of them. */
const SAMPLE = ["task.classes", "data.files[].origin", "training.epochs", "compliance.euMarket"];

test.each(SAMPLE)("%s changes what the study says", async (wanted) => {
  const leaf = LEAVES.find(({ path }) => path === wanted);
  expect(leaf).toBeDefined();
  expect(await hasEffect(leaf!)).toBe(true);
});

test("a field without effect is excused by name while the schema has it", () => {
  const paths = new Set(LEAVES.map(({ path }) => path));
  expect(Object.keys(WITHOUT_EFFECT).filter((path) => !paths.has(path))).toEqual([]);
});
