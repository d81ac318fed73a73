import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { addCostMetrics, costMetrics } from "../../src/programme/money/cost-metrics.ts";
import type { Pricing } from "../../src/programme/money/pricing.ts";
import { setBudgets } from "../../src/programme/money/set-budgets.ts";
import type { Store } from "../../src/store/open-store.ts";
import { readRuns } from "../../src/track/read-runs.ts";
import { searchRuns } from "../../src/track/search/search-runs.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun } from "./made-run.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const HOUR = 3_600_000;
const PRICING: Pricing = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(NOW) };
const BUDGET = { key: "", period: "total", setBy: "finance", sourceSha256: null } as const;

/** Ids of runs of 2, 10 and 30 USD, and of one without a price. */
const [CHEAP, MIDDLE, DEAR, UNPRICED] = ["a", "b", "c", "d"].map((letter) => letter.repeat(32)) as [
  string,
  string,
  string,
  string,
];

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  ({ store, end } = await openTestStore(() => new Date(NOW)));
  const ended = (hours: number) => [[NOW - hours * HOUR, NOW, true] as const];
  await makeRun(store, { id: DEAR, tags: { ...hourly("10"), team: "legal" }, intervals: ended(3) });
  await makeRun(store, { id: CHEAP, tags: hourly("2"), intervals: ended(1) });
  await makeRun(store, { id: UNPRICED, intervals: ended(1) });
  await makeRun(store, { id: MIDDLE, tags: { ...hourly("5"), team: "legal" }, intervals: ended(2) });
});
afterEach(() => end());

async function search(filter: string, orderBy: string[] = [], page: { pageToken?: string } = {}) {
  return searchRuns(store, {
    experimentIds: undefined,
    filter,
    view: "ACTIVE_ONLY",
    orderBy,
    maxResults: "pageToken" in page ? 2 : 10,
    pageToken: page.pageToken,
    computed: costMetrics(store, PRICING),
  });
}

async function found(filter: string, orderBy: string[] = []): Promise<string[]> {
  return (await search(filter, orderBy)).infos.map(({ run_id }) => run_id);
}

async function metricsOf(id: string): Promise<Record<string, number>> {
  const infos = await store.db.selectFrom("runs").selectAll().where("run_id", "=", id).execute();
  const records = await readRuns(store.db, infos);
  await addCostMetrics(store, records, PRICING);
  return Object.fromEntries(records[0]!.metrics.map(({ key, value }) => [key, value]));
}

describe("the search of runs by what they cost", () => {
  test("filters by dollars, and a run without a price matches no amount", async () => {
    expect(await found("metrics.cost.usd >= 10", ["metrics.cost.usd ASC"])).toEqual([MIDDLE, DEAR]);
    expect(await found("metrics.`cost.usd` < 1000000", ["metrics.`cost.usd` ASC"])).toEqual([CHEAP, MIDDLE, DEAR]);
    expect(await found("metrics.cost.usd_per_hour = 2 and tags.team = 'legal'")).toEqual([]);
    expect(await found("metrics.cost.usd_per_hour = 5 and tags.team = 'legal'")).toEqual([MIDDLE]);
  });

  test("orders by dollars with unpriced runs last in either direction, page by page", async () => {
    expect(await found("", ["metrics.cost.usd DESC"])).toEqual([DEAR, MIDDLE, CHEAP, UNPRICED]);
    expect(await found("", ["metrics.cost.usd ASC"])).toEqual([CHEAP, MIDDLE, DEAR, UNPRICED]);
    const first = await search("", ["metrics.cost.usd DESC"], { pageToken: "" });
    const second = await search("", ["metrics.cost.usd DESC"], { pageToken: first.nextPageToken! });
    expect([first, second].map(({ infos }) => infos.map(({ run_id }) => run_id))).toEqual([
      [DEAR, MIDDLE],
      [CHEAP, UNPRICED],
    ]);
  });

  test("knows what is left of the tightest budget of a run", async () => {
    await setBudgets(store, { ...BUDGET, scope: "programme", capUsd: "100" }, { pricing: PRICING, now: new Date(NOW) });
    expect(await metricsOf(CHEAP)).toEqual({
      "cost.usd": 2,
      "cost.usd_per_hour": 2,
      "cost.budget_remaining_usd": 58,
    });
    expect(await metricsOf(UNPRICED)).toEqual({ "cost.budget_remaining_usd": 58 });
    await setBudgets(
      store,
      { ...BUDGET, scope: "tag", key: "team=legal", capUsd: "45" },
      { pricing: PRICING, now: new Date(NOW) },
    );
    expect(await metricsOf(DEAR)).toMatchObject({ "cost.budget_remaining_usd": 5 });
    expect(await found("metrics.cost.budget_remaining_usd < 10", ["metrics.cost.usd DESC"])).toEqual([DEAR, MIDDLE]);
  });

  test("adds nothing to runs without a price where no budget holds", async () => {
    expect(await metricsOf(UNPRICED)).toEqual({});
  });
});
