import { existsSync, readdirSync, readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { seededRandom } from "../../src/base/random.ts";
import { dawidSkene } from "../../src/statistics/agreement/dawid-skene.ts";
import {
  bennettS,
  cohenKappa,
  fleissKappa,
  gwet,
  percentAgreement,
  pooledPairAgreement,
  randolphKappa,
  scottPi,
} from "../../src/statistics/agreement/kappa.ts";
import { krippendorffAlpha, krippendorffInterval, type Level } from "../../src/statistics/agreement/krippendorff.ts";
import type { Agreement, ItemLabels, Label } from "../../src/statistics/agreement/ratings.ts";

const FOLDER = new URL("../../../shared/data/curation/iaa/", import.meta.url);
const present = existsSync(FOLDER);

interface Study {
  id: string;
  items: ItemLabels[];
  expected: { metric: string; value: number; tolerance: number }[];
}

const METRICS: Record<string, (items: readonly ItemLabels[]) => Agreement> = {
  cohen_kappa: cohenKappa,
  scott_pi: scottPi,
  fleiss_kappa: fleissKappa,
  bennett_s: (items) => bennettS(items),
  randolph_kappa: (items) => randolphKappa(items),
  gwet_ac1: gwet,
};

function measure(items: readonly ItemLabels[], metric: string): Agreement {
  const alpha = /^krippendorff_alpha_(\w+)$/.exec(metric);
  return alpha === null ? METRICS[metric]!(items) : krippendorffAlpha(items, alpha[1] as Level);
}

describe.skipIf(!present)(`published values${present ? "" : " (skipped: ../shared is absent)"}`, () => {
  const studies = present
    ? (JSON.parse(readFileSync(new URL("iaa_published.json", FOLDER), "utf8")) as { datasets: Study[] }).datasets
    : [];

  test("all 84 are met within the tolerance that their source allows", () => {
    let met = 0;
    for (const { id, items, expected } of studies) {
      for (const { metric, value, tolerance } of expected) {
        const found =
          metric === "percent_agreement"
            ? [percentAgreement(items), pooledPairAgreement(items)].map((agreement) => agreement.value!)
            : [measure(items, metric).value!];
        const gap = Math.min(...found.map((candidate) => Math.abs(candidate - value)));
        expect(gap, `${id} ${metric}: ${found.join(" or ")}, published ${value}`).toBeLessThanOrEqual(tolerance + 1e-9);
        met++;
      }
    }
    expect(met).toBe(84);
  });

  test("Dawid-Skene and the majority on 1,000 items of five labels: .712 and .696", () => {
    const rows = (name: string): string[][] =>
      readFileSync(new URL(name, FOLDER), "utf8").trim().split("\n").map((line) => line.trim().split("\t")); // prettier-ignore
    const labels = rows("gal_barzan_labels.tsv");
    const raters = [...new Set(labels.map(([rater]) => rater!))];
    const truth = rows("gal_barzan_evaluation.tsv");
    const place = new Map(truth.map(([item], i) => [item!, i]));
    const items = truth.map(() => raters.map((): Label | null => null));
    for (const [rater, item, label] of labels) items[place.get(item!)!]![raters.indexOf(rater!)] = label!;
    const { categories, posteriors } = dawidSkene(items);
    const estimated = posteriors.map((row) => categories[row.indexOf(Math.max(...row))]);
    const majority = items.map((row) => (row.filter((label) => label === "1").length >= 3 ? "1" : "0"));
    const share = (answers: readonly (Label | undefined)[]): number =>
      answers.filter((answer, i) => answer === truth[i]![1]).length / truth.length;
    expect(share(estimated)).toBeCloseTo(0.712, 3);
    expect(share(majority)).toBeCloseTo(0.696, 3);
  });

  test("Gwet's AC1 and AC2 of the irrCAC tables", () => {
    let met = 0;
    for (const name of readdirSync(FOLDER).filter((file) => file.startsWith("gwet_fixture"))) {
      const { categories, table, cases } = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as {
        categories: Label[];
        table: number[][];
        cases: { measure: string; weights: "unweighted" | "linear" | "quadratic"; coefficient: number }[];
      };
      const items = table.flatMap((row, i) =>
        row.flatMap((count, j) => Array.from({ length: count }, () => [categories[i]!, categories[j]!])),
      );
      for (const { weights, coefficient } of cases) {
        expect(Math.abs(gwet(items, weights).value! - coefficient), `${name} ${weights}`).toBeLessThan(6e-6);
        met++;
      }
    }
    expect(met).toBeGreaterThanOrEqual(10);
  });
});

describe("agreement", () => {
  test("has no value, with a reason, where one category or one rater is all there is", () => {
    const one: ItemLabels[] = [
      ["a", "a"],
      ["a", "a"],
    ];
    for (const metric of [cohenKappa, scottPi, fleissKappa, gwet]) {
      expect(metric(one)).toMatchObject({ value: null, reason: expect.stringContaining("one category") as string });
    }
    expect(krippendorffAlpha(one, "nominal")).toMatchObject({ value: null });
    expect(krippendorffAlpha([["a"], ["b"]], "nominal")).toEqual({ value: null, reason: "no item has two labels" });
    expect(krippendorffAlpha([["a", "b"]], "interval")).toMatchObject({ value: null });
  });

  test("is 1 where all agree on more than one category, whatever the measure", () => {
    const anyItems = fc.array(fc.constantFrom(1, 2, 3), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(anyItems, (labels) => {
        fc.pre(new Set(labels).size > 1);
        const items = labels.map((label) => [label, label]);
        for (const metric of [cohenKappa, scottPi, fleissKappa, gwet]) expect(metric(items).value).toBeCloseTo(1, 12);
        for (const level of ["nominal", "ordinal", "interval", "ratio"] as const) {
          expect(krippendorffAlpha(items, level).value).toBeCloseTo(1, 12);
        }
      }),
      { seed: 5 },
    );
  });

  test("does not depend on the order of the items or of the raters", () => {
    const label = fc.option(fc.constantFrom(1, 2, 3, 4), { nil: null, freq: 4 });
    const anyItems = fc.array(fc.tuple(label, label, label), { minLength: 3, maxLength: 25 });
    fc.assert(
      fc.property(anyItems, (items) => {
        const turned = items.toReversed().map((labels) => labels.toReversed());
        for (const level of ["nominal", "ordinal", "interval", "ratio"] as const) {
          const [a, b] = [krippendorffAlpha(items, level).value, krippendorffAlpha(turned, level).value];
          if (a === null) expect(b).toBeNull();
          else expect(b).toBeCloseTo(a, 9);
        }
      }),
      { seed: 6 },
    );
  });

  test("alpha's interval covers the value of a large sample from the same raters", () => {
    const random = seededRandom(11);
    const rate = (): ItemLabels => {
      const truth = Math.floor(random() * 3);
      return Array.from({ length: 3 }, () => (random() < 0.8 ? truth : Math.floor(random() * 3)));
    };
    const long = krippendorffAlpha(Array.from({ length: 20_000 }, rate), "nominal").value!;
    let covered = 0;
    for (let k = 0; k < 40; k++) {
      const interval = krippendorffInterval(Array.from({ length: 150 }, rate), "nominal", { random, resamples: 300 })!;
      if (interval.low <= long && long <= interval.high) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(34);
  });

  test("Dawid-Skene finds the careless rater and beats the majority", () => {
    const random = seededRandom(3);
    const truth = Array.from({ length: 400 }, () => (random() < 0.5 ? "no" : "yes"));
    const skill = [0.95, 0.9, 0.6, 0.55, 0.6];
    const other = (label: string): string => (label === "no" ? "yes" : "no");
    const items = truth.map((label) => skill.map((p) => (random() < p ? label : other(label))));
    const { categories, posteriors } = dawidSkene(items);
    const right = posteriors.filter((row, i) => categories[row.indexOf(Math.max(...row))] === truth[i]).length;
    const majority = items.filter((labels, i) => labels.filter((label) => label === truth[i]).length >= 3).length;
    expect(right).toBeGreaterThan(majority);
  });
});
