import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Residual } from "../../../src/domain/calibration.ts";
import { type Calibration, mergeCalibration, withoutSource } from "../../../src/plan/calibration/calibration.ts";
import { type Correction, lookUp } from "../../../src/plan/calibration/look-up.ts";
import { PUBLISHED } from "../../../src/plan/calibration/published.ts";
import { cpuMs } from "../../cpu-ms.ts";

const LADDER = [["stack", "method"], ["stack"]];
const FACETS = { stack: "hf", method: "lora" };

const residual = (source: string, logRatios: number[], facets: Residual["facets"] = FACETS): Residual => ({
  quantity: "tokensPerSecPerGpu",
  facets,
  source,
  n: logRatios.length,
  logRatios: logRatios.toSorted((a, b) => a - b),
});
const of = (...published: Residual[]): Calibration => ({ published, own: [] });
const ask = (calibration: Calibration, facets: Residual["facets"] = FACETS): Correction => {
  const answer = lookUp(calibration, { quantity: "tokensPerSecPerGpu", facets, ladder: LADDER });
  if ("refused" in answer) throw new Error(answer.refused);
  return answer;
};
const width = ({ p10, p90 }: Correction): number => Math.log(p90 / p10);

const anyResidual = fc.record({
  source: fc.constantFrom("a", "b", "c", "d", "e"),
  logRatios: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 5 }),
  stack: fc.constantFrom("hf", "nemo"),
  method: fc.constantFrom("lora", "full"),
});
const anyTable = fc
  .array(anyResidual, { minLength: 1, maxLength: 20 })
  .map((rows) => rows.map(({ source, logRatios, stack, method }) => residual(source, logRatios, { stack, method })));

describe("what a look-up answers", () => {
  test("p10, p50 and p90 are in order, whatever was measured and in whatever order it stands", () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const calibration = of(...table, residual("z", [0]));
        const { p10, p50, p90 } = ask(calibration);
        expect(p10).toBeLessThan(p50);
        expect(p50).toBeLessThan(p90);
        expect(ask(of(...calibration.published.toReversed())).p90).toBeCloseTo(p90, 10);
      }),
    );
  });

  test("no range ends further out than the outermost that was measured, or that is believed before any measurement", () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const calibration = of(...table, residual("z", [0]));
        const { p10, p90 } = ask(calibration);
        const measured = calibration.published.flatMap(({ logRatios }) => logRatios);
        const believed = 0.3 * 1.645;
        expect(Math.log(p10)).toBeGreaterThanOrEqual(Math.min(...measured, -believed) - 0.02);
        expect(Math.log(p90)).toBeLessThanOrEqual(Math.max(...measured, believed) + 0.02);
      }),
    );
  });

  test("each source has one vote: ten times the rows of one source change nothing", () => {
    const few = [residual("a", [0.1, 0.3]), residual("b", [-0.2])];
    const many = [{ ...few[0]!, n: 20 }, few[1]!];
    expect(ask(of(...many))).toMatchObject({ p10: ask(of(...few)).p10, p90: ask(of(...few)).p90, n: 21 });
  });

  test("sources that agree narrow the range, and one that is far off widens it on its side", () => {
    const agreeing = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"].map((source) =>
      residual(source, [0]),
    );
    const two = ask(of(...agreeing.slice(0, 2)));
    const all = ask(of(...agreeing));
    expect(width(all)).toBeLessThan(0.75 * width(two));
    const off = ask(of(...agreeing, residual("x", [1.5]), residual("y", [1.5]), residual("z", [1.5])));
    expect(off.p90 / off.p50).toBeGreaterThan(1.5 * (all.p90 / all.p50));
  });

  test("a cell that was not measured takes the wider one, with a wider range, and says what it gave up", () => {
    const measured = ["a", "b", "c", "d"].map((source) => residual(source, [0.01, 0.02]));
    const narrow = ask(of(...measured));
    const wide = ask(of(...measured), { stack: "hf", method: "dora" });
    expect(width(wide)).toBeGreaterThan(width(narrow));
    expect(wide.basis).toContain("measured over physics of hf, pooled over method (n = 8, sources a, b, c, d)");
    expect(narrow.basis).toContain("of hf, lora (n = 8");
  });

  test("where not even the widest cell was measured it is refused with the nearest one and what to measure", () => {
    const answer = lookUp(of(residual("a", [0])), {
      quantity: "tokensPerSecPerGpu",
      facets: { stack: "verl", method: "lora" },
      ladder: LADDER,
    });
    expect(answer).toEqual({
      refused: "no measured tokens per second of verl; the nearest is hf, lora",
      hint: "measure the tokens per second of one run of verl, lora and pass it to tunewright plan calibrate",
    });
  });
});

test("an unknown library is estimated from runs whose library was taken away, and they move no known one", () => {
  const known = of(...["a", "b", "c"].map((source) => residual(source, [0], { ...FACETS, library: "known" })));
  const facets = { library: "unknown", stack: "unknown", method: "lora" };
  const both = of(...known.published, ...["a", "b", "c"].map((source) => residual(source, [0.9], facets)));
  const ladder = LADDER.map((names) => ["library", ...names]);
  const answer = lookUp(both, { quantity: "tokensPerSecPerGpu", facets, ladder });
  expect(answer).toMatchObject({ n: 3, basis: expect.stringContaining("of unknown library, lora (n = 3") });
  const ofKnown = { quantity: "tokensPerSecPerGpu", facets: { ...FACETS, library: "known" }, ladder } as const;
  expect(lookUp(both, ofKnown)).toEqual(lookUp(known, ofKnown));
});

describe("a source that is left out", () => {
  test("has no part in the answer, whatever it measured", () => {
    fc.assert(
      fc.property(
        anyTable,
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 5 }),
        (table, other) => {
          const rest = [...table.filter(({ source }) => source !== "a"), residual("z", [0])];
          const left = ask(withoutSource(of(...rest, residual("a", other)), "a"));
          expect(left).toEqual(ask(of(...rest)));
          expect(left.sources).not.toContain("a");
        },
      ),
    );
  });

  test("is left out of a user's own measurements as well", () => {
    const calibration = mergeCalibration(of(residual("a", [0]), residual("b", [0.1])), [residual("mine", [0.5])]);
    expect(ask(withoutSource(calibration, "mine"))).toEqual(ask(of(residual("a", [0]), residual("b", [0.1]))));
  });
});

describe("a user's own measurements", () => {
  const published = of(
    ...["a", "b", "c", "d"].map((source, at) => residual(source, [0.4 * at - 0.65, 0.4 * at - 0.6])),
  );

  test("win: one moves the median most of the way, and ten leave hardly anything of what was published", () => {
    const moved = (n: number): number => {
      const logs = Array.from({ length: 5 }, () => -0.7);
      const own = { ...residual("mine", n === 1 ? [-0.7] : logs), n };
      return Math.log(ask(mergeCalibration(published, [own])).p50);
    };
    const before = Math.log(ask(published).p50);
    expect(moved(1)).toBeLessThan(before + 0.5 * (-0.7 - before));
    expect(moved(10)).toBeLessThan(moved(1));
    expect(moved(10)).toBeCloseTo(-0.7, 1);
  });

  test("narrow the range where they agree with each other, and are named", () => {
    const own = ask(mergeCalibration(published, [residual("mine", [-0.71, -0.7, -0.7, -0.69])]));
    expect(width(own)).toBeLessThan(width(ask(published)));
    expect(own).toMatchObject({ n: 4, sources: ["mine"] });
    expect(own.basis).toContain("your own measurements of hf, lora (n = 4, source mine, of this model and layout)");
  });

  test("stand for a published source of the same name, so that nothing is counted twice", () => {
    const merged = mergeCalibration(published, [residual("a", [0.4])]);
    expect(merged.published.map(({ source }) => source)).toEqual(["b", "c", "d"]);
    expect(mergeCalibration(merged, [residual("a", [0.5])]).own).toHaveLength(1);
  });
});

test("a hundred thousand look-ups take well under a second", async () => {
  const { facets } = PUBLISHED.published[0]!;
  const ladder = [Object.keys(facets), ["kind"]];
  const taken = await cpuMs(() => {
    for (let index = 0; index < 100_000; index++) lookUp(PUBLISHED, { quantity: "peakMemoryGib", facets, ladder });
  });
  expect(taken).toBeLessThan(20_000);
});
