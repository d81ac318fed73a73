import { expect, test } from "vitest";

import { fieldWords } from "../../../src/programme/study/field-words.ts";

test.each([
  ["data.plannedRows", "Training rows of the finished dataset"],
  ["team.engineerUsdPerHour", "Blended hourly rate of engineers"],
  ["training.gpuUsdPerHour", "Price per GPU-hour of your own contract"],
  ["no.such.field", "no.such.field"],
])("%s holds: %s", (path, words) => {
  expect(fieldWords(path)).toBe(words);
});
