import { expect, test } from "vitest";

import type { Study } from "../../../src/domain/study.ts";
import { datasetSection } from "../../../src/programme/study/sections/dataset.ts";
import { studyOfFixture } from "./study-of-fixture.ts";

const study = await studyOfFixture();
const [dataset] = study.datasets;
const [file] = study.files;

function sectionOf(files: readonly Partial<Study["files"][number]>[]): string {
  const shown = {
    ...study,
    files: files.map((each) => ({ ...file!, licence: undefined, generated: false, origin: "own" as const, ...each })),
    datasets: files.map((_, index) => ({ ...dataset!, trainableRows: 30 * (index + 1) })),
  };
  return JSON.stringify(datasetSection(shown, {}));
}

test("a study says which share of the training rows is generated, test rows aside", () => {
  const text = sectionOf([
    { role: "train" },
    { role: "train", origin: "synthetic", path: "synthetic/qa/v1/rows.jsonl" },
    { role: "eval", generated: true, path: "test.jsonl" },
  ]);
  expect(text).toContain("synthetic/qa/v1/rows.jsonl, test.jsonl: rows that were generated");
  expect(text).toContain("Of the 90 training rows, 60 are generated: 67 %.");
});

test("a study names no share where all rows are generated, or none", () => {
  expect(sectionOf([{ role: "train", generated: true }])).not.toContain("training rows,");
  expect(sectionOf([{ role: "train" }])).not.toContain("generated");
});
