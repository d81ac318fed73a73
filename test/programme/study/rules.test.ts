import { beforeAll, describe, expect, test } from "vitest";

import type { Risk } from "../../../src/domain/study.ts";
import type { StudyFacts } from "../../../src/programme/study/study-facts.ts";
import { RISK_RULES, studyRisks } from "../../../src/programme/study/study-risks.ts";
import { studyVerdict, type Verdict } from "../../../src/programme/study/study-verdict.ts";
import { type Change, changed, fixtureFacts, known, UNKNOWN } from "./changed-facts.ts";
import { CURATION_CASES } from "./risk-cases/curation-cases.ts";
import { DATA_CASES } from "./risk-cases/data-cases.ts";
import { DUTY_CASES } from "./risk-cases/duty-cases.ts";
import { MONEY_CASES } from "./risk-cases/money-cases.ts";
import { TRAINING_CASES } from "./risk-cases/training-cases.ts";

const RISK_CASES = { ...MONEY_CASES, ...DATA_CASES, ...CURATION_CASES, ...TRAINING_CASES, ...DUTY_CASES };

let found: StudyFacts;
beforeAll(async () => {
  found = await fixtureFacts();
});

const severity = (id: string, change: Change): Risk["severity"] | undefined =>
  studyRisks(changed(found, change)).find((risk) => risk.id === id)?.severity;

describe("a risk rule", () => {
  test("has a case, and each case a rule", () => {
    expect(Object.keys(RISK_CASES).toSorted()).toEqual(RISK_RULES.map(({ id }) => id).toSorted());
  });

  const cases = Object.entries(RISK_CASES).flatMap(([id, all]) => all.map((each, nth) => [id, nth, each] as const));
  test.each(cases)("%s, case %d: fires, and not in the near miss", (id, _nth, { fires, as, near }) => {
    expect([severity(id, fires), severity(id, near)]).toEqual([as, undefined]);
  });
});

/** Facts of which no rule says anything but go. */
const GO: Change = {
  method: { fineTune: "yes", fineTuneReasons: [] },
  training: { fleet: { fits: "yes" } },
  payback: { neverShare: 0, roi12WithServing: known(10), monthWithServing: known(3) },
  methodFacts: { apiAllowed: true, residency: "none", latencyMsP95: undefined },
};
const verdict = (change: Change, risks: readonly Risk[] = []): Verdict =>
  studyVerdict(changed(found, GO, change), risks);
const risk = (id: string, level: Risk["severity"]): Risk => ({
  id,
  severity: level,
  text: "It may go wrong.",
  action: "look",
});
/** A serving choice whose speed is unknown for a reason; the fixture has no load to serve. */
const servedWith = (refused: string) => () =>
  ({
    serving: { statedUsdPerMonth: null, chosen: { outputTokensPerSec: { refused, hint: "" } } },
  }) as unknown as Partial<StudyFacts>;
const FORCED = { methodFacts: { apiAllowed: false } };
const noRow = (facts: StudyFacts) => ({ datasets: facts.datasets.map((file) => ({ ...file, validRows: 0 })) });
const oneRow = (facts: StudyFacts) => ({
  datasets: facts.datasets.map((file, index) => ({ ...file, validRows: index === 0 ? 1 : 0 })),
});

describe("a verdict rule", () => {
  test("is silent where nothing is wrong", () => {
    expect(verdict({})).toMatchObject({ verdict: "go", conditions: [] });
  });

  test.each<[string, { fires: Change; near: Change }, string]>([
    [
      "the method rules advise against it",
      { fires: { method: { fineTune: "no" } }, near: {} },
      "The method rules advise against",
    ],
    ["no row can be trained on", { fires: noRow, near: oneRow }, "No row of its training files"],
    [
      "no fleet fits the run",
      { fires: { training: { fleet: { fits: "no" } } }, near: { training: { fleet: { fits: "tight" } } } },
      "No fleet that was tried",
    ],
    [
      "there is no fleet",
      { fires: { training: { fleet: undefined } }, near: { training: { fleet: { fits: "unknown" } } } },
      "No fleet that was tried",
    ],
    [
      "no replica meets the latency limit",
      { fires: servedWith("no rate meets the SLO; alone 40 ms"), near: servedWith("its GPU is unknown") },
      "the tuned model cannot be served as required",
    ],
    [
      "it is never paid back",
      { fires: { payback: { neverShare: 0.5 } }, near: { payback: { neverShare: 0.49 } } },
      "Including serving and maintenance it never pays back",
    ],
    [
      "it is never paid back, though an API is ruled out",
      { fires: { ...FORCED, payback: { neverShare: 0.9 } }, near: { ...FORCED, payback: { neverShare: 0.1 } } },
      "Including serving and maintenance it never pays back",
    ],
    [
      "a year loses money at the high end",
      {
        fires: { payback: { roi12WithServing: known(-10, [-20, -1]) } },
        near: { payback: { roi12WithServing: known(0, [-20, 20]) } },
      },
      "lost money even at the high end",
    ],
    [
      "a year loses money at the median",
      {
        fires: { payback: { roi12WithServing: known(-1, [-20, 20]) } },
        near: { payback: { roi12WithServing: known(0, [-20, 20]) } },
      },
      "lost money at the median",
    ],
    [
      "a year loses money at the median, though an API is ruled out",
      {
        fires: { ...FORCED, payback: { roi12WithServing: known(-102, [-120, 20]) } },
        near: { ...FORCED, payback: { roi12WithServing: known(0, [-20, 20]) } },
      },
      "a return of −102 %",
    ],
  ])("stops it where %s", (_what, { fires, near }, reason) => {
    const stopped = verdict(fires);
    expect(stopped).toMatchObject({ verdict: "no-go", conditions: [] });
    expect(stopped.reasons.join("\n")).toContain(reason);
    expect(verdict(near).verdict).toBe("go");
  });

  test.each<[string, { fires: Change; near: Change }, string]>([
    [
      "tuning is advised under conditions",
      { fires: { method: { fineTune: "only-if" } }, near: {} },
      "Fine-tuning is worthwhile if the conditions below are met.",
    ],
    [
      "the payback is unknown",
      {
        fires: { payback: { monthWithServing: UNKNOWN, neverShare: null } },
        near: { payback: { monthWithServing: UNKNOWN, neverShare: 0.2 } },
      },
      "The payback is unknown.",
    ],
  ])("binds it where %s", (_what, { fires, near }, reason) => {
    const bound = verdict(fires);
    expect(bound.verdict).toBe("go-if");
    expect(bound.reasons).toContain(reason);
    expect(verdict(near).verdict).toBe("go");
  });
});

describe("a condition", () => {
  test("is made of each high risk, and of no other", () => {
    expect(verdict({}, [risk("data.same-file", "high")])).toMatchObject({
      verdict: "go-if",
      conditions: ["Look. It may go wrong."],
    });
    expect(verdict({}, [risk("data.same-file", "medium"), risk("model.licence", "low")])).toMatchObject({
      verdict: "go",
      conditions: [],
    });
  });

  test("is not made of the risk that stops it", () => {
    expect(verdict({}, [risk("training.no-fleet", "high")]).conditions).toEqual([]);
  });

  test("is what a method rule asks for, which is then no reason", () => {
    const reason = (rule: string) => ({
      method: { fineTuneReasons: [{ rule, text: "Only if you look.", points: 0, source: "" }] },
    });
    expect(verdict(reason("gate.knowledge"))).toMatchObject({ verdict: "go-if", conditions: ["Only if you look."] });
    expect(verdict(reason("gate.knowledge")).reasons).not.toContain("Only if you look.");
    const other = verdict(reason("gate.spend-high"));
    expect(other).toMatchObject({ verdict: "go", conditions: [] });
    expect(other.reasons).toContain("Only if you look.");
  });
});
