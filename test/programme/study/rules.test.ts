import { beforeAll, describe, expect, test } from "vitest";

import type { Risk } from "../../../src/domain/study.ts";
import type { StudyFacts } from "../../../src/programme/study/study-facts.ts";
import { RISK_RULES, studyRisks } from "../../../src/programme/study/study-risks.ts";
import { studyVerdict, VERDICT_RULES, type Verdict } from "../../../src/programme/study/study-verdict.ts";
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

const text = (id: string, change: Change): string | undefined =>
  studyRisks(changed(found, change)).find((each) => each.id === id)?.text;

describe("the text of a risk of training", () => {
  const noFleet = { fleet: undefined, fleets: [] };
  test.each<[string, Change, string]>([
    ["training.no-fleet", { training: { fleet: { fits: "no", reason: "90 of 80 GiB" } } }, "90 of 80 GiB"],
    ["training.no-fleet", { training: { ...noFleet, fleets: [{ reason: "the first is full" }] } }, "the first is full"],
    ["training.no-fleet", { training: noFleet }, "no GPU has a price for this term and seller"],
    ["training.memory-unknown", { training: { fleet: { fits: "unknown", reason: "no such cell" } } }, "no such cell"],
    [
      "training.method-excluded",
      {
        programme: { training: { method: "lora", preferencePass: "none" } },
        method: { ranking: [{ method: "lora", verdict: "excluded", whyNot: [] }] },
      },
      "exclude: see the ranking.",
    ],
    ["training.long-run", { training: { hoursPerRun: known(200 * 24) } }, "longer than a base model remains current"],
    ["model.licence", { training: { shape: { licence: null } } }, "is not in the catalogue"],
    ["model.licence", { training: { shape: { licence: "llama3.1" } } }, 'has the licence "llama3.1"'],
    ["training.spot", { programme: { training: { term: "spot" } } }, "can be reclaimed"],
  ])("%s, case %#", (id, change, words) => {
    expect(text(id, change)).toContain(words);
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
const servedWith =
  (refused: object, statedUsdPerMonth: string | null = null) =>
  () =>
    ({
      serving: { statedUsdPerMonth, chosen: { outputTokensPerSec: { refused: "why", hint: "", ...refused } } },
    }) as unknown as Partial<StudyFacts>;
const FORCED = { methodFacts: { apiAllowed: false } };
const noRow = (facts: StudyFacts) => ({ datasets: facts.datasets.map((file) => ({ ...file, validRows: 0 })) });
const oneRow = (facts: StudyFacts) => ({
  datasets: facts.datasets.map((file, index) => ({ ...file, validRows: index === 0 ? 1 : 0 })),
});

type VerdictCase = [rule: string, what: string, changes: { fires: Change; near: Change; reason: string }];

/** A year that loses money. */
const LOSS: Change = { payback: { roi12WithServing: known(-10, [-20, -1]) } };

const STOPS: readonly VerdictCase[] = [
  [
    "method.no",
    "the method rules advise against it",
    { fires: { method: { fineTune: "no" } }, near: {}, reason: "The method rules advise against" },
  ],
  ["data.no-row", "no row can be trained on", { fires: noRow, near: oneRow, reason: "No row of its training files" }],
  [
    "training.no-fleet",
    "no fleet fits the run",
    {
      fires: { training: { fleet: { fits: "no" } } },
      near: { training: { fleet: { fits: "tight" } } },
      reason: "None of the tried fleets",
    },
  ],
  [
    "training.no-fleet",
    "there is no fleet",
    {
      fires: { training: { fleet: undefined } },
      near: { training: { fleet: { fits: "unknown" } } },
      reason: "None of the tried fleets",
    },
  ],
  [
    "serving.slo",
    "no replica meets the latency limit",
    {
      fires: servedWith({ exceedsSlo: true }),
      near: servedWith({}),
      reason: "the tuned model cannot be served as required",
    },
  ],
  [
    "payback.never",
    "it is never paid back",
    {
      fires: { payback: { neverShare: 0.5 } },
      near: { payback: { neverShare: 0.49 } },
      reason: "Including serving and maintenance it never pays back",
    },
  ],
  [
    "payback.never",
    "it is never paid back, though an API is ruled out",
    {
      fires: { ...FORCED, payback: { neverShare: 0.9 } },
      near: { ...FORCED, payback: { neverShare: 0.1 } },
      reason: "Including serving and maintenance it never pays back",
    },
  ],
  [
    "payback.loss",
    "a year loses money at the high end",
    {
      fires: { payback: { roi12WithServing: known(-10, [-20, -1]) } },
      near: { payback: { roi12WithServing: known(0, [-20, 20]) } },
      reason: "lost money even at the high end",
    },
  ],
  [
    "payback.loss",
    "a year loses money at the median",
    {
      fires: { payback: { roi12WithServing: known(-1, [-20, 20]) } },
      near: { payback: { roi12WithServing: known(0, [-20, 20]) } },
      reason: "lost money at the median",
    },
  ],
  [
    "payback.loss",
    "a year loses money at the median, though an API is ruled out",
    {
      fires: { ...FORCED, payback: { roi12WithServing: known(-102, [-120, 20]) } },
      near: { ...FORCED, payback: { roi12WithServing: known(0, [-20, 20]) } },
      reason: "a return of −102 %",
    },
  ],
  [
    "serving.slo",
    "no replica meets the latency limit, and its cost is not stated",
    {
      fires: servedWith({ exceedsSlo: true }),
      near: servedWith({ exceedsSlo: true }, "2000"),
      reason: "the tuned model cannot be served as required",
    },
  ],
  [
    "data.no-row",
    "no row can be trained on; without files nothing is wrong yet",
    { fires: noRow, near: { datasets: [] }, reason: "No row of its training files" },
  ],
];

const BINDS: readonly VerdictCase[] = [
  [
    "method.only-if",
    "tuning is advised under conditions",
    {
      fires: { method: { fineTune: "only-if" } },
      near: {},
      reason: "Fine-tuning is worthwhile if the conditions below are met.",
    },
  ],
  [
    "payback.unknown",
    "the payback is unknown",
    {
      fires: { payback: { monthWithServing: UNKNOWN, neverShare: null } },
      near: { payback: { monthWithServing: UNKNOWN, neverShare: 0.2 } },
      reason: "The payback is unknown.",
    },
  ],
];

describe("a verdict rule", () => {
  test("is silent where nothing is wrong", () => {
    expect(verdict({})).toMatchObject({ verdict: "go", conditions: [] });
  });

  test("has a case, and each case a rule", () => {
    const cases = [...STOPS, ...BINDS].map(([id]) => id);
    expect([...new Set(cases)].toSorted()).toEqual(VERDICT_RULES.map(({ id }) => id).toSorted());
  });

  test.each(STOPS)("%s stops it where %s", (_id, _what, { fires, near, reason }) => {
    const stopped = verdict(fires);
    expect(stopped).toMatchObject({ verdict: "no-go", conditions: [] });
    expect(stopped.reasons.join("\n")).toContain(reason);
    expect(verdict(near).verdict).toBe("go");
  });

  test.each(BINDS)("%s binds it where %s", (_id, _what, { fires, near, reason }) => {
    const bound = verdict(fires);
    expect(bound.verdict).toBe("go-if");
    expect(bound.reasons).toContain(reason);
    expect(verdict(near).verdict).toBe("go");
  });

  test("that stops it says what contradicts the stated spend, because a stop has no conditions", () => {
    const findings = ["40,000 USD a month are stated, and the stated tokens cost 9,500"];
    const stopped = verdict({ ...LOSS, alternatives: { findings } });
    expect(stopped.reasons).toContain(`${findings[0]}.`);
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
