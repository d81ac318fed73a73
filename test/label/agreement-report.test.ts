import { describe, expect, test } from "vitest";

import { seededRandom } from "../../src/base/random.ts";
import type { AgreementReport } from "../../src/domain/agreement.ts";
import { agreementReport } from "../../src/label/agreement-report.ts";
import type { RatedLabel } from "../../src/label/label-table.ts";
import { longTest } from "../long-suite.ts";

const valueOf = (report: AgreementReport, name: string): number | null =>
  report.metrics.find((metric) => metric.name === name)!.value;

const label = ([item, rater]: readonly [string, string], given: string | number, version = "1"): RatedLabel => ({
  item,
  rater,
  label: given,
  version,
});

/** Four observers, twelve units, missing values. Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C. */
const OBSERVERS: Readonly<Record<string, string>> = {
  A: "123321412000",
  B: "123322412503",
  C: "033323422510",
  D: "123324412510",
};

describe("published values come out of a table of labels", () => {
  test("Krippendorff 2011: alpha .743 nominal, .815 ordinal, .849 interval, .797 ratio", () => {
    const labels = Object.entries(OBSERVERS).flatMap(([rater, row]) =>
      row.split("").flatMap((digit, unit) => (digit === "0" ? [] : [label([`unit ${unit}`, rater], Number(digit))])),
    );
    const report = agreementReport(labels, seededRandom(1));
    expect(report).toMatchObject({ items: 12, pairable: 11, raters: 4 });
    expect(valueOf(report, "krippendorff-alpha-nominal")).toBeCloseTo(0.743, 3);
    expect(valueOf(report, "krippendorff-alpha-ordinal")).toBeCloseTo(0.815, 3);
    expect(valueOf(report, "krippendorff-alpha-interval")).toBeCloseTo(0.849, 3);
    expect(valueOf(report, "krippendorff-alpha-ratio")).toBeCloseTo(0.797, 3);
    const [low, high] = report.metrics.find(({ name }) => name === "krippendorff-alpha-nominal")!.ci95!;
    expect(low).toBeLessThan(0.743);
    expect(high).toBeGreaterThan(0.743);
  });

  /** 118 both yes, 5 and 2 apart, none both no. Gwet 2002, "Kappa statistic is not satisfactory": kappa -.0234, AC1 .9408. */
  longTest("the prevalence paradox is named, with the coefficient that bears it", () => {
    const table: [number, string, string][] = [
      [118, "yes", "yes"],
      [5, "yes", "no"],
      [2, "no", "yes"],
    ];
    const labels = table
      .flatMap(([count, a, b]) => Array.from({ length: count }, () => [a, b] as const))
      .flatMap(([a, b], item) => [label([String(item), "A"], a), label([String(item), "B"], b)]);
    const report = agreementReport(labels, seededRandom(1));
    expect(valueOf(report, "cohen-kappa")).toBeCloseTo(-0.0234, 4);
    expect(valueOf(report, "gwet-ac1")).toBeCloseTo(0.9408, 4);
    expect(report.findings.join()).toContain("prevalence paradox");
    expect(report.perLabel.find((each) => each.label === "no")!.specific).toBe(0);
    expect(report.consensus!.ties).toBe(7);
    const ofTexts = agreementReport(labels, seededRandom(1), true);
    expect(ofTexts.metrics).toEqual(report.metrics);
    expect(JSON.stringify(ofTexts)).not.toMatch(/yes/); // no text is listed, and no finding quotes one
  });
});

describe("labels that allow no coefficient", () => {
  test("one rater: every value is null with a reason", () => {
    const report = agreementReport([label(["1", "A"], "x"), label(["2", "A"], "y")], seededRandom(1));
    expect(report.metrics.every(({ value, reason }) => value === null && reason !== undefined)).toBe(true);
    expect(report.findings[0]).toContain("one rater");
  });

  test("one category: alpha and kappa are null, percent agreement is 1", () => {
    const labels = ["1", "2", "3"].flatMap((item) => [label([item, "A"], "x"), label([item, "B"], "x")]);
    const report = agreementReport(labels, seededRandom(1));
    expect(valueOf(report, "percent-agreement")).toBe(1);
    expect(report.metrics.find(({ name }) => name === "krippendorff-alpha-nominal")).toMatchObject({
      value: null,
      reason: "all labels are of one category",
    });
  });

  test("versions of the guideline are reported separately", () => {
    const labels = ["1", "2", "3", "4"].flatMap((item) => [
      label([item, "A"], Number(item) % 2 === 0 ? "x" : "y", Number(item) > 2 ? "2" : "1"),
      label([item, "B"], Number(item) > 2 && Number(item) % 2 === 0 ? "x" : "y", Number(item) > 2 ? "2" : "1"),
    ]);
    const { perVersion } = agreementReport(labels, seededRandom(1));
    expect(perVersion.map(({ version, pairable }) => [version, pairable])).toEqual([
      ["1", 2],
      ["2", 2],
    ]);
    expect(perVersion[1]!.alpha).toBe(1);
    expect(perVersion[0]!.alpha!).toBeLessThan(1);
  });
});
