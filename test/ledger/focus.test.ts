import { describe, expect, test } from "vitest";

import type { BillRepair } from "../../src/domain/bill.ts";
import { type BillLine, type BrokenLine, FocusReader } from "../../src/ledger/focus.ts";

const ROW = {
  BilledCost: "1.5",
  EffectiveCost: "1.25",
  BillingCurrency: "EUR",
  ChargePeriodStart: "2024-09-18T22:00:00Z",
  ChargePeriodEnd: "2024-09-18T23:00:00Z",
  ChargeCategory: "Usage",
};

type Read = { line: BillLine | undefined; repairs: BillRepair[]; broken: BrokenLine[] };

/** A row read with other fields. */
function read(fields: Readonly<Record<string, string>> = {}): Read {
  const reader = new FocusReader();
  const line = reader.read(7, { ...ROW, ...fields });
  return { line, repairs: reader.repairs(), broken: [...reader.broken] };
}

const hour = Date.UTC(2024, 8, 18, 22);

describe("a row as the standard has it", () => {
  test("is read without a repair", () => {
    const { line, repairs, broken } = read();
    expect(line).toEqual({
      line: 7,
      billedPico: 1_500_000_000_000n,
      effectivePico: 1_250_000_000_000n,
      currency: "EUR",
      startMs: hour,
      endMs: hour + 3_600_000,
      chargeCategory: "Usage",
      serviceCategory: "",
      service: "",
      resource: null,
      description: "",
      sku: "",
      commitmentStatus: "",
      capacityStatus: "",
      invoice: "",
      account: "",
      tags: {},
      chargedHours: null,
    });
    expect([repairs, broken]).toEqual([[], []]);
  });

  test.each([
    ["the priced quantity", { PricingQuantity: "6", PricingUnit: "Hours" }, 6],
    ["hours of GPUs", { PricingQuantity: "48.5", PricingUnit: "GPU-Hours" }, 48.5],
    [
      "the consumed quantity where the priced one is of another unit",
      { PricingQuantity: "1", PricingUnit: "Months", ConsumedQuantity: "720", ConsumedUnit: "Hrs" },
      720,
    ],
    ["a quantity with thousands separators", { PricingQuantity: "1,488.0", PricingUnit: "Hours" }, 1488],
    ["a quantity in E notation", { PricingQuantity: "1.488E3", PricingUnit: "Hours" }, 1488],
    ["nothing where no unit is of hours", { ConsumedQuantity: "5", ConsumedUnit: "GB-Hours of storage" }, null],
    ["nothing where the quantity is not a number", { PricingQuantity: "many", PricingUnit: "Hours" }, null],
  ])("says how many hours are charged: %s", (_name, fields, hours) => {
    expect(read(fields).line!.chargedHours).toBe(hours);
  });

  test("has each column in its field", () => {
    const { line } = read({
      ServiceCategory: "Compute",
      ServiceName: "Compute Engine",
      ResourceId: "vm-1",
      ChargeDescription: "A100 hours",
      SkuMeter: "A100",
      SkuPriceDetails: "spot",
      SkuId: "0001",
      CommitmentDiscountStatus: "Used",
      CapacityReservationStatus: "Unused",
      InvoiceId: "INV-1",
      SubAccountId: "team-a",
      BillingAccountId: "whole",
      Tags: '{"run": "r1", "gpus": 8}',
    });
    expect(line).toMatchObject({
      serviceCategory: "Compute",
      service: "Compute Engine",
      resource: "vm-1",
      description: "A100 hours",
      sku: "A100 spot 0001",
      commitmentStatus: "Used",
      capacityStatus: "Unused",
      invoice: "INV-1",
      account: "team-a",
      tags: { run: "r1", gpus: "8" },
    });
    expect(read({ SkuId: "0001", BillingAccountId: "whole" }).line).toMatchObject({ sku: "0001", account: "whole" });
  });
});

describe("an amount", () => {
  test.each<[string, bigint, string | null]>([
    ["-3.5", -3_500_000_000_000n, null],
    ["+3.5", 3_500_000_000_000n, null],
    ["0.000000000001", 1n, null],
    ["999999999999999999", 999_999_999_999_999_999n * 10n ** 12n, null],
    [" 2 ", 2n * 10n ** 12n, null],
    ["1,234,567.5", 1_234_567_500_000_000_000n, "thousands separators, or zeros past the twelfth decimal"],
    ["-1,234", -1_234n * 10n ** 12n, "thousands separators, or zeros past the twelfth decimal"],
    ["1.5000000000000", 1_500_000_000_000n, "thousands separators, or zeros past the twelfth decimal"],
    ["1.", 10n ** 12n, "thousands separators, or zeros past the twelfth decimal"],
    ["1.5e-3", 1_500_000_000n, "E notation"],
    ["2E+3", 2_000n * 10n ** 12n, "E notation"],
    ["-1e-12", -1n, "E notation"],
    ["10e-13", 1n, "E notation"],
  ])("of %j is read exactly", (text, pico, rule) => {
    const { line, repairs, broken } = read({ BilledCost: text });
    expect([line?.billedPico, broken]).toEqual([pico, []]);
    const repair = (what: string, example: string): BillRepair => ({
      column: "BilledCost",
      rule: what,
      count: 1,
      example,
    });
    expect(repairs).toEqual(rule === null ? [] : [repair(rule, text.trim())]);
  });

  test.each([
    "abc",
    "1,2,3",
    "1,23",
    "12,3456",
    "1e-13",
    "1e18",
    "1000000000000000000",
    "0x10",
    "1.0000000000001",
    "--1",
    "1e",
    "€1",
  ])("of %j breaks its row, which is told with its line, column and value", (text) => {
    const { line, repairs, broken } = read({ EffectiveCost: text });
    expect([line, repairs]).toEqual([undefined, []]);
    const expected = "an amount of at most 18 digits before and 12 after the point";
    expect(broken).toEqual([{ line: 7, column: "EffectiveCost", value: text, expected }]);
  });
});

describe("an amount that is not stated", () => {
  const EMPTY = ["", "NULL", "\\N"];

  test.each(EMPTY)("breaks the row as BilledCost, because %j is not 0", (value) => {
    const { line, broken } = read({ BilledCost: value });
    const expected = "an amount: an empty one is unknown, not 0";
    expect([line, broken]).toEqual([undefined, [{ line: 7, column: "BilledCost", value: "", expected }]]);
  });

  test.each(EMPTY)("%j as EffectiveCost is BilledCost, with a repair", (value) => {
    const { line, repairs, broken } = read({ EffectiveCost: value });
    expect([line?.effectivePico, broken]).toEqual([1_500_000_000_000n, []]);
    expect(repairs.filter(({ rule }) => rule !== "a word that means no value")).toEqual([
      { column: "EffectiveCost", rule: "empty: BilledCost is used", count: 1, example: "" },
    ]);
  });

  test.each([
    ["0 for the purchase of a commitment", { ChargeCategory: "Purchase", CommitmentDiscountId: "plan-1" }, 0n],
    ["BilledCost for another purchase", { ChargeCategory: "Purchase" }, 1_500_000_000_000n],
    ["BilledCost for a tax", { ChargeCategory: "Tax" }, 1_500_000_000_000n],
    ["unknown for usage of a commitment, by its id", { CommitmentDiscountId: "plan-1" }, undefined],
    ["unknown for usage of a commitment, by its state", { CommitmentDiscountStatus: "Unused" }, undefined],
    ["unknown for usage of a commitment, by its price", { PricingCategory: "Committed" }, undefined],
  ])("as EffectiveCost is %s", (_name, fields, pico) => {
    const { line, broken } = read({ EffectiveCost: "", BilledCost: "1.5", ...fields });
    expect([line?.effectivePico, broken.length]).toEqual([pico, pico === undefined ? 1 : 0]);
  });
});

describe("a time", () => {
  const UTC_RULE = "not ISO 8601 with a zone: read as UTC";
  const US_RULE = "month/day/year: read as UTC";
  test.each<[string, number, string | null]>([
    ["2024-09-18T22:00:00.000Z", hour, null],
    ["2024-09-18T22:00Z", hour, null],
    ["2024-09-19T03:30:00+05:30", hour, null],
    ["2024-09-19T03:30:00+0530", hour, null],
    ["2024-09-18T22:00:00", hour, UTC_RULE],
    ["2024-09-18 22:00:00", hour, UTC_RULE],
    ["2024-09-18 22:00:00Z", hour, UTC_RULE],
    ["2024-09-18", Date.UTC(2024, 8, 18), UTC_RULE],
    ["2024-02-29", Date.UTC(2024, 1, 29), UTC_RULE],
    ["9/18/24", Date.UTC(2024, 8, 18), US_RULE],
    ["09/18/2024", Date.UTC(2024, 8, 18), US_RULE],
    ["12/31/99", Date.UTC(2099, 11, 31), US_RULE],
  ])("of %j is read", (text, ms, rule) => {
    const { line, repairs, broken } = read({ ChargePeriodStart: text });
    expect([line?.startMs, broken]).toEqual([ms, []]);
    expect(repairs).toEqual(rule === null ? [] : [{ column: "ChargePeriodStart", rule, count: 1, example: text }]);
  });

  test.each([
    ["yesterday", "a time such as 2024-09-18T22:00:00Z"],
    ["", "a time such as 2024-09-18T22:00:00Z"],
    ["x2024-09-18", "a time such as 2024-09-18T22:00:00Z"],
    ["2024-09-18x", "a time such as 2024-09-18T22:00:00Z"],
    ["1/2/345", "a time such as 2024-09-18T22:00:00Z"],
    ["2023-02-29", "a valid day"],
    ["2024-13-01", "a valid day"],
    ["2024-04-31T10:00:00Z", "a valid day"],
    ["2024-04-30T25:00:00Z", "a valid day"],
    ["25/12/2024", "a valid day, as month/day/year"],
    ["2/30/24", "a valid day, as month/day/year"],
  ])("of %j breaks its row instead of becoming another day", (value, expected) => {
    for (const column of ["ChargePeriodStart", "ChargePeriodEnd"]) {
      const { line, broken } = read({ [column]: value });
      expect([line, broken]).toEqual([undefined, [{ line: 7, column, value, expected }]]);
    }
  });
});

describe("what is repaired", () => {
  test("is counted by column and rule, with the first example, most frequent first", () => {
    const reader = new FocusReader();
    for (const [index, row] of [
      { Tags: "a=b" },
      { Tags: "[1]", ChargeCategory: "usage" },
      { Tags: "null" },
      { Tags: "7", ChargeCategory: "USAGE" },
    ].entries())
      reader.read(index + 1, { ...ROW, ...row });
    expect(reader.repairs()).toEqual([
      { column: "Tags", rule: "not a JSON object: read as no tags (first on line 1)", count: 3, example: "a=b" },
      { column: "ChargeCategory", rule: "other case", count: 2, example: "usage" },
      { column: "Tags", rule: "a word that means no value", count: 1, example: "null" },
    ]);
  });

  test("of a long value shows the first 60 characters", () => {
    expect(read({ Tags: "x".repeat(100) }).repairs[0]?.example).toBe("x".repeat(60));
  });

  test.each(["Usage", "Purchase", "Tax", "Credit", "Adjustment"])("has the category %s in its own case", (category) => {
    expect(read({ ChargeCategory: category.toUpperCase() }).line?.chargeCategory).toBe(category);
    expect(read({ ChargeCategory: category }).repairs).toEqual([]);
  });

  test("leaves another category as it is", () => {
    expect(read({ ChargeCategory: "refund" })).toMatchObject({ line: { chargeCategory: "refund" }, repairs: [] });
  });

  test("takes a column by its earlier name, unless the new one is there", () => {
    const { EffectiveCost: _none, ...older } = ROW;
    const reader = new FocusReader();
    expect(reader.read(1, { ...older, AmortizedCost: "2" })?.effectivePico).toBe(2n * 10n ** 12n);
    expect(reader.repairs()).toEqual([
      { column: "EffectiveCost", rule: "named AmortizedCost", count: 1, example: "2" },
    ]);
    expect(read({ AmortizedCost: "2" })).toMatchObject({ line: { effectivePico: 1_250_000_000_000n }, repairs: [] });
  });

  test("does not take a word that only holds null for none", () => {
    expect(read({ ResourceId: "null-device" }).line?.resource).toBe("null-device");
    expect(read({ ResourceId: "a null" }).line?.resource).toBe("a null");
    expect(read({ ResourceId: "Null" }).line?.resource).toBeNull();
  });
});
