import { expect, test } from "vitest";

import { applicable } from "../../src/comply/applicable.ts";
import { holds } from "../../src/comply/predicate.ts";
import type { AppliesFrom, FactValue, Predicate, Requirement } from "../../src/domain/compliance.ts";

const facts = (stated: Record<string, FactValue>): Map<string, FactValue> => new Map(Object.entries(stated));

const ANNEXES: AppliesFrom = { kind: "by-high-risk", annexIII: "2027-12-02", annexI: "2028-08-02" };
const MARKET: AppliesFrom = {
  kind: "by-market-date",
  day: "2025-08-02",
  placedBefore: "2025-08-02",
  dayIfPlacedBefore: "2027-08-02",
};

test.each<[what: string, from: AppliesFrom, stated: Record<string, FactValue>, day: string | null, applies: string]>([
  ["without a day", { kind: "none" }, {}, null, "yes"],
  ["from a day that has come", { kind: "day", day: "2026-11-25" }, {}, "2026-11-25", "yes"],
  ["from the next day", { kind: "day", day: "2026-11-26" }, {}, "2026-11-26", "later"],
  ["of a product of Annex I", ANNEXES, { "sys.highRisk": "annexI" }, "2028-08-02", "later"],
  ["of a use of Annex III, and where the annex is unknown, the earlier", ANNEXES, {}, "2027-12-02", "later"],
  [
    "of a model that was on the market before",
    MARKET,
    { "scope.placedOnUnionMarketDate": "2025-08-01" },
    "2027-08-02",
    "later",
  ],
  ["of one since", MARKET, { "scope.placedOnUnionMarketDate": "2025-08-02" }, "2025-08-02", "yes"],
  ["of one whose date is unknown, the earlier", MARKET, {}, "2025-08-02", "yes"],
])("a requirement %s", (_what, appliesFrom, ...[stated, day, applies]) => {
  const requirement = { id: "R", appliesWhen: { always: true }, appliesFrom } as unknown as Requirement;
  expect(applicable([requirement], facts(stated), "2026-11-25")).toMatchObject([{ from: day, applies }]);
});

const IS: Predicate = { fact: "a", op: "eq", value: true };

test.each<[Predicate, Record<string, FactValue>, boolean | "unknown"]>([
  [{ not: IS }, { a: true }, false],
  [{ not: IS }, { a: false }, true],
  [{ not: IS }, {}, "unknown"],
  [{ all: [IS, { not: IS }] }, {}, "unknown"],
  [{ all: [IS, { fact: "b", op: "eq", value: true }] }, { b: false }, false],
  [{ any: [IS, { fact: "b", op: "eq", value: true }] }, { b: true }, true],
])("%j over %j is %s", (predicate, stated, truth) => {
  expect(holds(predicate, facts(stated))).toBe(truth);
});
