import { expect, test } from "vitest";

import { fieldWords } from "../../../src/programme/study/field-words.ts";

test.each([
  ["data.plannedRows", "Training rows the finished dataset will have"],
  ["team.engineerUsdPerHour", "Blended engineer rate"],
  ["training.gpuUsdPerHour", "Price per GPU-hour of your own contract"],
  ["no.such.field", "no.such.field"],
])("%s holds: %s", (path, words) => {
  expect(fieldWords(path)).toBe(words);
});
