import { expect, test } from "vitest";

import { costBars } from "../../src/report/charts/cost-bars.ts";
import { loadBand } from "../../src/report/charts/load-band.ts";
import { latencyQuantiles } from "../../src/report/charts/latency-quantiles.ts";
import { memoryStack } from "../../src/report/charts/memory-stack.ts";
import { monthOfPayback, paybackCurve } from "../../src/report/charts/payback-curve.ts";
import { parityPlot } from "../../src/report/charts/parity-plot.ts";
import { ratioStrips } from "../../src/report/charts/ratio-strips.ts";
import { rateGoodput } from "../../src/report/charts/rate-goodput.ts";
import { shareBars } from "../../src/report/charts/share-bars.ts";
import { tokenHistogram } from "../../src/report/charts/token-histogram.ts";
import { tornado } from "../../src/report/charts/tornado.ts";
import { ttftCourse } from "../../src/report/charts/ttft-course.ts";
import { nestingErrors } from "./well-formed.ts";

/** Each chart as it is drawn for a form: the wide one of a page and of paper, the narrow one of a phone. */
const chartsOf = (form: "wide" | "narrow"): Record<string, () => string> => {
  const words = (id: string) => ({ id, title: `Title of ${id}`, description: `Says what ${id} shows.`, form });
  return {
    "cost-bars": () =>
      costBars(
        [
          { label: "Data", p10: 30_000, p50: 38_000, p90: 52_000 },
          { label: "Training", p10: 600, p50: 1_150, p90: 2_200 },
          { label: "A label that is much longer than there is room for", p10: 0, p50: 0, p90: 0 },
        ],
        words("cost"),
      ),
    "share-bars": () =>
      shareBars(
        [
          { label: "English", rows: 41_200 },
          { label: "Portuguese", rows: 310 },
          { label: "unknown", rows: 2_480, isUnknown: true },
        ],
        words("shares"),
      ),
    tornado: () =>
      tornado(
        [
          { label: "Engineer-weeks", lowUsd: 80_000, highUsd: 120_000 },
          { label: "Price per GPU-hour", lowUsd: 101_000, highUsd: 103_000 },
        ],
        { ...words("tornado"), baseUsd: 102_000 },
      ),
    "payback-curve": () =>
      paybackCurve(
        Array.from({ length: 13 }, (_, month) => ({
          month,
          p10: -120_000 + 12_000 * month,
          p50: -95_000 + 15_000 * month,
          p90: -80_000 + 18_000 * month,
        })),
        words("payback"),
      ),
    "token-histogram": () =>
      tokenHistogram(
        [
          { fromTokens: 512, toTokens: 1024, rows: 6_100 },
          { fromTokens: 1024, toTokens: 2048, rows: 2_100 },
          { fromTokens: 2048, toTokens: 4096, rows: 138 },
        ],
        { ...words("tokens"), sequenceTokens: 2048 },
      ),
    "parity-plot": () =>
      parityPlot(
        ["a", "b", "c", "d", "e", "f", "g", "h"].flatMap((group, index) =>
          [1, 30].map((factor) => {
            const measured = (2 + index) * factor;
            return { group, measured, p10: measured * 0.8, p50: measured * (0.9 + index / 20), p90: measured * 1.4 };
          }),
        ),
        { ...words("parity"), quantity: "peak memory, GiB per GPU" },
      ),
    "ratio-strips": () =>
      ratioStrips(
        [
          { label: "fms (4)", ratios: [0.9, 1, 1, 1.1], p10: 0.93, p50: 1, p90: 1.07 },
          { label: "misc (2)", ratios: [0.1, 9], p10: 0.2, p50: 1.2, p90: 8 },
        ],
        words("strips"),
      ),
    "load-band": () =>
      loadBand(
        [0.1, 0.4, 0.7, 1].map((share) => ({ share, p10: 40 * share, p50: 60 * share, p90: 95 * share })),
        { ...words("load"), label: "TPOT p99, ms", limit: { value: 100, text: "SLO: 100 ms" } },
      ),
    "memory-stack": () =>
      memoryStack(
        [
          { label: "frozen weights", gib: 14.2 },
          { label: "nothing", gib: 0 },
          { label: "logits and loss", gib: 17 },
        ],
        { ...words("memory"), gpu: "L40S", gpuGib: 48, p10: 28, p90: 36 },
      ),
    "latency-quantiles": () =>
      latencyQuantiles(
        [
          { label: "TTFT", quantiles: [50, 90, 95, 99].map((percent) => ({ name: `p${percent}`, ms: 4 * percent })) },
          { label: "TPOT", quantiles: [{ name: "p50", ms: 0 }] },
          { label: "all misses", quantiles: [] },
        ],
        words("latency"),
      ),
    "ttft-course": () =>
      ttftCourse(
        Array.from({ length: 20 }, (_, atSec) => ({
          atSec,
          p50: atSec === 9 ? null : 80 + 5 * atSec,
          p95: atSec > 8 && atSec < 12 ? null : 150 + 9 * atSec,
        })),
        { ...words("course"), fromSec: 2, toSec: 18 },
      ),
    "rate-goodput": () =>
      rateGoodput(
        [
          { offered: 8, answered: 5.2, good: 1.1 },
          { offered: 1, answered: 1, good: 1 },
          { offered: 4, answered: 4, good: 3.9 },
        ],
        words("rates"),
      ),
  };
};

const CHARTS = {
  ...chartsOf("wide"),
  ...Object.fromEntries(Object.entries(chartsOf("narrow")).map(([name, draw]) => [`${name}-narrow`, draw])),
};

test.each(Object.entries(CHARTS))("%s draws the same picture each time", async (name, draw) => {
  const svg = draw();
  expect(draw()).toBe(svg);
  await expect(`${svg}\n`).toMatchFileSnapshot(`../golden/charts/${name}.svg`);
});

test.each(Object.entries(CHARTS))(
  "%s is well-formed, said in words, and takes its colours from the page",
  (_name, draw) => {
    const svg = draw();
    expect(nestingErrors(svg)).toEqual([]);
    expect(svg).toMatch(/<title id="\w+-title">Title of/);
    expect(svg).toMatch(/<desc id="\w+-desc">Says what/);
    const colors = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, color]) => color!);
    expect(colors.filter((color) => !/^(?:var\(--chart-|currentColor$|none$|inherit$)/.test(color))).toEqual([]);
  },
);

test("words that look like markup stay words", () => {
  const svg = costBars([{ label: "<script>x</script>", p10: 1, p50: 2, p90: 3 }], {
    id: "x",
    title: "<b>",
    description: '"><script>',
  });
  expect(svg).not.toMatch(/<script|<b>/);
  expect(nestingErrors(svg)).toEqual([]);
});

test.each(Object.entries(chartsOf("narrow")))(
  "%s of a phone is 340 pixels wide, so that its text keeps its size",
  (_name, draw) => {
    expect(draw()).toMatch(/<svg [^>]*width="340"/);
  },
);

test("labels are written in full, wrapped where they are long, and two rows of one label stay two", () => {
  const label = "Sourcing and rights clearance, 30,000 regulated pairs";
  const rows = [
    { label, lowUsd: 90, highUsd: 120 },
    { label, lowUsd: 95, highUsd: 110 },
  ];
  const svg = tornado(rows, { id: "x", title: "t", description: "d", baseUsd: 100 });
  expect(
    svg
      .replaceAll(/<[^>]+>/g, " ")
      .replaceAll(/\s+/g, " ")
      .split(label),
  ).toHaveLength(3);
  expect(svg).not.toContain("…");
});

test("rows that are cut say so in words, not by their colour alone", () => {
  const svg = tokenHistogram([{ fromTokens: 2048, toTokens: 4096, rows: 138 }], {
    id: "x",
    title: "t",
    description: "d",
    sequenceTokens: 2048,
  });
  expect(svg).toContain(">138 cut<");
});

test("a year without payback has no month of payback", () => {
  const flat = Array.from({ length: 12 }, (_, month) => ({ month, p10: -2, p50: -1, p90: 0 }));
  expect(monthOfPayback(flat)).toBeNull();
  expect(
    monthOfPayback([
      { month: 0, p10: 0, p50: -10, p90: 0 },
      { month: 1, p10: 0, p50: 30, p90: 0 },
    ]),
  ).toBe(0.25);
});

test("a parity plot leaves its legend the room of the longest name", () => {
  const names = ["a", "measurements-of-a-long-source-521"];
  const svg = parityPlot(
    names.map((group, index) => ({ group, measured: 2 + index, p10: 1, p50: 2 + index, p90: 5 })),
    { id: "p", title: "p", description: "p", quantity: "time" },
  );
  const width = Number(/ width="(\d+)"/.exec(svg)![1]);
  // The plot ends at 590; seven pixels a letter is the average of a sans at 14 px.
  expect(width - 590).toBeGreaterThan(36 + 7 * 35);
  expect(svg).toContain("measurements-of-a-long-source-5…");
});
