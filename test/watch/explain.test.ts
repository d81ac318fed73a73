import { expect, test } from "vitest";

import type { WatchSignal } from "../../src/domain/watch-file.ts";
import { explain, type Surroundings } from "../../src/watch/find-alarms.ts";

const NEW_MODEL = { before: "m-1", after: "m-2" };
const SAME = { before: "m-1", after: "m-1" };

type Case = { signal: WatchSignal; around: Surroundings; cause: string };

const CASES: readonly Case[] = [
  {
    signal: "refusal",
    around: { others: [], models: NEW_MODEL },
    cause: "the model changed: most answers came from m-1",
  },
  // No model changes what people ask.
  { signal: "prompt-length", around: { others: ["refusal"], models: NEW_MODEL }, cause: "the requests changed" },
  { signal: "input", around: { others: [], models: NEW_MODEL }, cause: "the model changed too, from m-1 to m-2" },
  { signal: "refusal", around: { others: ["input"], models: SAME }, cause: "the requests changed" },
  { signal: "latency", around: { others: ["cost"], models: SAME }, cause: "the serving changed" },
  { signal: "cost", around: { others: ["volume"], models: SAME }, cause: "the serving changed" },
  { signal: "volume", around: { others: ["cost"], models: NEW_MODEL }, cause: "more or fewer requests are sent" },
  {
    signal: "refusal",
    around: { others: ["format"], models: SAME },
    cause: "the model or its prompt template changed",
  },
];

test.each(CASES)("the likely cause of $signal with $around: $cause", ({ signal, around, cause }) => {
  expect(explain(signal, around).cause).toContain(cause);
});
