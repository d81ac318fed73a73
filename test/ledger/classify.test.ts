import { describe, expect, test } from "vitest";

import { accruedPico, stretches } from "../../src/ledger/accrual.ts";
import { type BilledRun, type BilledRuns, CLASSES, classify } from "../../src/ledger/classify.ts";
import type { BillLine } from "../../src/ledger/focus.ts";

/** Hours of one day as milliseconds. */
const hourMs = (hour: number): number => Date.UTC(2026, 10, 20, hour);

const LINE: BillLine = {
  line: 2,
  billedPico: 1n,
  effectivePico: 1n,
  currency: "USD",
  startMs: hourMs(10),
  endMs: hourMs(12),
  chargeCategory: "Usage",
  serviceCategory: "Other",
  service: "Cloud",
  resource: null,
  description: "",
  sku: "",
  commitmentStatus: "",
  capacityStatus: "",
  chargedHours: null,
  invoice: "",
  account: "",
  tags: {},
};

const runOf = (id: string, [from, to]: readonly [number, number], more: Partial<BilledRun> = {}): BilledRun => ({
  id,
  resources: [],
  allocation: null,
  alive: [{ fromMs: hourMs(from), toMs: hourMs(to) }],
  isFailed: false,
  ...more,
});

const runsOf = (...runs: BilledRun[]): BilledRuns => ({
  byId: new Map(runs.map((run) => [run.id, run])),
  byResource: new Map([["node-1", runs]]),
  withAllocation: runs.filter(({ allocation }) => allocation !== null),
});

const none = runsOf();
const classOf = (line: Partial<BillLine>, runs: BilledRuns = none) => classify({ ...LINE, ...line }, runs);

describe("a bill line by what was paid for", () => {
  // source: FOCUS 1.2, Charge Category and Service Category; what each means for training is ours
  test.each([
    ["tax", { chargeCategory: "Tax" }, "not-work", "charge category Tax"],
    ["a credit", { chargeCategory: "Credit" }, "not-work", "charge category Credit"],
    ["an adjustment", { chargeCategory: "Adjustment" }, "not-work", "charge category Adjustment"],
    ["support", { chargeCategory: "", service: "Premium Support" }, "not-work", "charge category unknown"],
    ["an unused commitment", { commitmentStatus: "Unused" }, "commitment-unused", "an unused commitment"],
    ["unused capacity", { capacityStatus: "unused" }, "capacity-unused", "unused reserved capacity"],
    ["egress in the description", { description: "internet egress" }, "egress", "data egress"],
    ["egress in the service", { service: "Data Transfer" }, "egress", "data egress"],
    ["egress in the SKU", { sku: "EUC1-DataTransfer-Out" }, "egress", "data egress"],
    ["storage by its category", { serviceCategory: "Storage" }, "storage", "storage"],
    ["storage by its words", { serviceCategory: "Compute", description: "EBS volume" }, "storage", "storage"],
    ["a machine", { serviceCategory: "Compute" }, "no-run", "machine time that belongs to no run"],
    [
      "a machine for models",
      { serviceCategory: "AI and Machine Learning" },
      "no-run",
      "machine time that belongs to no run",
    ],
    ["anything else", { serviceCategory: "Databases" }, "other-service", "service category Databases"],
    ["a line of no category", { serviceCategory: "" }, "other-service", "service category unknown"],
  ])("%s", (...[, line, wanted, why]) => {
    expect(classOf(line)).toEqual({ class: wanted, runId: null, why });
  });

  test.each([
    ["Taxi", { chargeCategory: "Taxi" }],
    ["a tax before its name", { chargeCategory: "No Tax" }],
    ["a supporter", { service: "Supporters" }],
    ["used commitment", { commitmentStatus: "Used" }],
    ["commitment not unused", { commitmentStatus: "not unused" }],
    ["capacity unused in part", { capacityStatus: "unused in part" }],
    ["storage in a longer category", { serviceCategory: "Storages" }],
    ["compute in a longer category", { serviceCategory: "Computers" }],
    ["no compute", { serviceCategory: "No Compute" }],
    ["cold storage category", { serviceCategory: "Cold Storage" }],
  ])("%s is none of them", (_name, line) => {
    expect(classOf(line).class).toBe("other-service");
  });
});

describe("a bill line by its run", () => {
  test.each(["tunewright.run", "tunewright_run", "mlflow.run_id", "mlflow_run_id", "run_id"])(
    "the tag %s names it, before anything else but tax",
    (tag) => {
      const runs = runsOf(runOf("r1", [0, 1]));
      const line = { tags: { [tag]: "r1" }, serviceCategory: "Storage", commitmentStatus: "Unused" };
      expect(classOf(line, runs)).toEqual({ class: "run", runId: "r1", why: "the tag names the run" });
      expect(classOf({ ...line, chargeCategory: "Tax" }, runs).class).toBe("not-work");
      expect(classOf({ tags: { [tag]: "unknown" } }, runs).class).toBe("other-service");
    },
  );

  test("a tag of a run that is not known does not hide one of a run that is", () => {
    const tags = { "tunewright.run": "gone", run_id: "r1" };
    expect(classOf({ tags }, runsOf(runOf("r1", [0, 1])))).toMatchObject({ class: "run", runId: "r1" });
  });

  test("what failed is a leak of its own", () => {
    const runs = runsOf(runOf("r1", [0, 1], { isFailed: true }));
    expect(classOf({ tags: { run_id: "r1" } }, runs)).toMatchObject({ class: "failed-run", runId: "r1" });
    expect([CLASSES["failed-run"].isLeak, CLASSES.run.isLeak]).toEqual([true, false]);
  });

  const machine = { resource: "Node-1", serviceCategory: "Compute" };

  test("the machine is that of the run that used it longest", () => {
    const runs = runsOf(runOf("short", [10, 11]), runOf("long", [9, 13]), runOf("before", [1, 2]));
    const why = "the machine of the run, while it was alive";
    expect(classOf(machine, runs)).toEqual({ class: "run", runId: "long", why });
    expect(classOf({ ...machine, resource: "node-2" }, runs)).toMatchObject({ class: "no-run", runId: null });
    expect(classOf({ ...machine, resource: null }, runs)).toMatchObject({ class: "no-run", runId: null });
  });

  test("of two that used it as long the first by name has it, in any order", () => {
    const [a, b] = [runOf("a", [10, 12]), runOf("b", [10, 12])];
    expect([classOf(machine, runsOf(a, b)).runId, classOf(machine, runsOf(b, a)).runId]).toEqual(["a", "a"]);
  });

  test("alive up to the moment it begins, or from the moment it ends, is around it", () => {
    const why = "the machine of a run, before or after it was alive";
    expect(classOf(machine, runsOf(runOf("r1", [8, 10])))).toEqual({ class: "around-run", runId: "r1", why });
    expect(classOf(machine, runsOf(runOf("r1", [12, 14])))).toEqual({ class: "around-run", runId: "r1", why });
    expect(classOf(machine, runsOf(runOf("r1", [11, 14]))).class).toBe("run");
    expect(classOf(machine, runsOf(runOf("r1", [0, 1], { alive: [] }))).class).toBe("no-run");
  });

  test("between two runs it is neither's, and the nearest ones are named", () => {
    const runs = runsOf(runOf("far", [1, 2]), runOf("near", [8, 9]), runOf("next", [13, 14]), runOf("last", [20, 21]));
    const why = "the machine, between run near and next";
    expect(classOf(machine, runs)).toEqual({ class: "between-runs", runId: "near", why });
  });

  test("what a run rents is its own on its account and in its time, where no other run rents it", () => {
    const allocation = { sku: "p5.48xlarge", account: "team-a" };
    const runs = runsOf(runOf("r1", [10, 11], { allocation }), runOf("r2", [20, 21], { allocation }));
    const line = { sku: "BoxUsage:P5.48xlarge", account: "Team-A", serviceCategory: "Compute" };
    const why = "the product that the run rents, on its account and in its time";
    expect(classOf(line, runs)).toEqual({ class: "run", runId: "r1", why });
    expect(classOf({ ...line, account: "team-b" }, runs).class).toBe("no-run");
    expect(classOf({ ...line, sku: "BoxUsage:g6" }, runs).class).toBe("no-run");
    const two = runsOf(runOf("r1", [10, 11], { allocation }), runOf("r2", [11, 12], { allocation }));
    expect(classOf(line, two).class).toBe("no-run");
  });

  test("each class that costs money for nothing is a leak, and says what to do", () => {
    const leaks = Object.entries(CLASSES).filter(([, { isLeak }]) => isLeak);
    expect(leaks.map(([name]) => name).toSorted()).toEqual(
      "around-run between-runs capacity-unused commitment-unused egress failed-run no-run storage".split(" "),
    );
    for (const { advice } of Object.values(CLASSES)) expect(advice.length).toBeGreaterThan(10);
    expect(new Set(Object.values(CLASSES).map(({ advice }) => advice)).size).toBe(Object.keys(CLASSES).length);
  });
});

describe("stretches of one price", () => {
  const prices: Record<string, bigint> = { "2026-11-20": 3n, "2026-11-21": 3n, "2026-11-22": 7n };
  const priceOn = (day: string): bigint | null => prices[day] ?? null;
  const day = 24;

  test("join days of one price and part at a change, at midnight", () => {
    expect(stretches({ fromMs: hourMs(5), toMs: hourMs(2 * day + 1) }, priceOn)).toEqual([
      { fromMs: hourMs(5), toMs: hourMs(2 * day), picoPerHour: 3n },
      { fromMs: hourMs(2 * day), toMs: hourMs(2 * day + 1), picoPerHour: 7n },
    ]);
  });

  test("are none for no time, and cost nothing", () => {
    expect(stretches({ fromMs: hourMs(5), toMs: hourMs(5) }, priceOn)).toEqual([]);
    expect(accruedPico([], priceOn)).toBe(0n);
  });

  test("end at a day without a price, and the cost is then unknown", () => {
    expect(stretches({ fromMs: hourMs(2 * day + 1), toMs: hourMs(3 * day + 2) }, priceOn)).toEqual([
      { fromMs: hourMs(3 * day), toMs: hourMs(3 * day + 2), picoPerHour: null },
    ]);
    expect(
      accruedPico(
        [
          { fromMs: hourMs(0), toMs: hourMs(1) },
          { fromMs: hourMs(3 * day), toMs: hourMs(4 * day) },
        ],
        priceOn,
      ),
    ).toBeNull();
  });
});
