import { expect, test } from "vitest";

import { afterStudy } from "../../../src/programme/study/after-study.ts";
import { studyOfFixture } from "./study-of-fixture.ts";

const study = await studyOfFixture();
const RISK = {
  id: "x",
  severity: "high" as const,
  text: "Nothing says what is saved.",
  action: "set today.apiUsdPerMonth",
};

test.each([
  ["go", [], "tunewright plan budget 'my programme'"],
  ["go-if", [RISK], "set today.apiUsdPerMonth, then: tunewright feasibility 'my programme'"],
  ["go-if", [], "tunewright plan method 'my programme'"],
  ["no-go", [RISK], "tunewright plan method 'my programme'"],
] as const)("after %s with the high risks %j, next is %s", (verdict, risks, next) => {
  const conditions = risks.map(({ action }) => action);
  expect(afterStudy({ ...study, verdict, conditions, risks: [...risks] }, "my programme")).toBe(next);
});
