import { expect, test } from "vitest";

import { explain } from "../../src/watch/find-alarms.ts";

const NEW_MODEL = { before: "m-1", after: "m-2" };
const SAME = { before: "m-1", after: "m-1" };

test.each([
  ["refusal", [], NEW_MODEL, "the model changed: most answers came from m-1"],
  // No model changes what people ask.
  ["prompt-length", ["refusal"], NEW_MODEL, "the requests changed: prompts differ"],
  ["prompt-length", [], NEW_MODEL, "the model changed too, from m-1 to m-2"],
  ["refusal", ["input"], SAME, "the requests changed: prompts differ from those of the reference"],
  ["latency", ["cost"], SAME, "the serving changed"],
  ["refusal", ["answer-length"], SAME, "the model or its prompt template changed"],
] as const)("the likely cause of %s with %j and models %j: %s", (signal, ...[others, models, cause]) => {
  expect(explain(signal, { others, models }).cause).toContain(cause);
});
