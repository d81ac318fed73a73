import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatMoney, parseMoney, PICO_PER_UNIT, roundMoney, splitMoney, timesQuantity } from "../../src/base/money.ts";
import { catchFailure } from "../catch-failure.ts";

const anyPico = fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n });
const anyWeights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 40 })
  .filter((weights) => weights.some((weight) => weight > 0n));

describe("amounts are read and written exactly", () => {
  test("what is written is read back as the same amount", () => {
    fc.assert(fc.property(anyPico, (pico) => parseMoney(formatMoney(pico)) === pico));
  });

  test("every decimal of the allowed length is read without loss, which a float would lose", () => {
    expect(parseMoney("0.1") + parseMoney("0.2")).toBe(parseMoney("0.3"));
    expect(formatMoney(parseMoney("999999999999999999.999999999999"))).toBe("999999999999999999.999999999999");
    expect(formatMoney(parseMoney("0.000000000001"))).toBe("0.000000000001");
  });

  test("at least two decimals are written, and no zeros after them", () => {
    expect(formatMoney(parseMoney("38000"))).toBe("38000.00");
    expect(formatMoney(parseMoney("1.7100"))).toBe("1.71");
    expect(formatMoney(parseMoney("-0.5"))).toBe("-0.50");
    expect(formatMoney(parseMoney("7"), 0)).toBe("7");
  });

  test("an amount below zero that rounds to nothing has no sign", () => {
    expect(formatMoney(parseMoney("-0"))).toBe("0.00");
  });

  test.each([
    "",
    " 1",
    "1 ",
    "1e3",
    "0x10",
    "1,000",
    "1.",
    ".5",
    "+1",
    "--1",
    "NaN",
    "Infinity",
    "1.0000000000001",
    "١",
  ])("%j is refused as an amount, with what to write", (text) => {
    const refusal = catchFailure(() => parseMoney(text));
    expect(refusal.kind).toBe("bad_input");
    expect(refusal.message).toContain(`"${text}"`);
    expect(refusal.hint).toContain("1234.50");
  });
});

describe("an amount is split so that the parts sum to it", () => {
  test("the parts sum to the amount, whatever the weights", () => {
    fc.assert(
      fc.property(anyPico, anyWeights, (pico, weights) => {
        const parts = splitMoney(pico, weights);
        expect(parts).toHaveLength(weights.length);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(pico);
      }),
    );
  });

  test("no part is a whole unit away from its exact share, and a weight of zero gets nothing", () => {
    fc.assert(
      fc.property(anyPico, anyWeights, (pico, weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        for (const [index, part] of splitMoney(pico, weights).entries()) {
          const error = part * total - pico * weights[index]!;
          expect((error < 0n ? -error : error) < total).toBe(true);
          if (weights[index] === 0n) expect(part).toBe(0n);
        }
      }),
    );
  });

  test("a split of a negative amount mirrors that of the positive one", () => {
    fc.assert(
      fc.property(anyPico, anyWeights, (pico, weights) => {
        expect(splitMoney(-pico, weights)).toEqual(splitMoney(pico, weights).map((part) => -part));
      }),
    );
  });

  test("what is left over goes to the largest remainders, and among equals to the earlier part", () => {
    // Hamilton's method by hand: 10 over 41:37:22 is 4.1, 3.7, 2.2, so the one unit left goes to the second.
    expect(splitMoney(10n, [41n, 37n, 22n])).toEqual([4n, 4n, 2n]);
    expect(splitMoney(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(splitMoney(2n, [1n, 1n, 1n])).toEqual([1n, 1n, 0n]);
    // Of equal remainders the first ones get what is left, however many there are.
    expect(splitMoney(7n, [1n, 1n, 1n, 1n, 1n])).toEqual([2n, 2n, 1n, 1n, 1n]);
    expect(splitMoney(14n, Array<bigint>(12).fill(1n))).toEqual([2n, 2n, ...Array<bigint>(10).fill(1n)]);
    expect(splitMoney(10n, [1n, 0n, 1n])).toEqual([5n, 0n, 5n]); // a weight of zero is one
  });

  test("no weights, weights that are all zero and a negative weight are refused", () => {
    for (const weights of [[], [0n, 0n], [2n, -1n]]) {
      const failure = catchFailure(() => splitMoney(1n, weights));
      expect(failure.kind).toBe("bad_input");
      expect(failure.message).toMatch(/negative or all zero/);
      expect(failure.hint).toMatch(/zero or more/);
    }
  });
});

describe("products and roundings", () => {
  test("a stated line is its quantity times its price, to the cent", () => {
    // Worked programme A of the brief: 8 runs of 6 hours on 14 GPUs at 1.71 per GPU-hour.
    expect(formatMoney(timesQuantity(parseMoney("1.71"), "672"))).toBe("1149.12");
  });

  test("a product by a decimal quantity equals the exact fraction rounded half away from zero", () => {
    expect(timesQuantity(1n, "0.5")).toBe(1n);
    expect(timesQuantity(-1n, "0.5")).toBe(-1n);
    expect(timesQuantity(1n, "0.499999999999")).toBe(0n);
    fc.assert(
      fc.property(anyPico, fc.bigInt({ min: 0n, max: 10n ** 6n }), (pico, count) => {
        expect(timesQuantity(pico, count.toString())).toBe(pico * count);
      }),
    );
  });

  test.each([
    ["2.345", "2.35"],
    ["2.344999999999", "2.34"],
    ["-2.345", "-2.35"],
    ["0.005", "0.01"],
    ["-0.004999999999", "0.00"],
  ])("%s is rounded to %s", (amount, rounded) => {
    expect(formatMoney(roundMoney(parseMoney(amount)))).toBe(rounded);
  });

  test("rounding moves an amount by at most half of the last place, and twice is once", () => {
    fc.assert(
      fc.property(anyPico, fc.integer({ min: 0, max: 12 }), (pico, decimals) => {
        const rounded = roundMoney(pico, decimals);
        const moved = rounded < pico ? pico - rounded : rounded - pico;
        expect(2n * moved <= 10n ** BigInt(12 - decimals)).toBe(true);
        expect(roundMoney(rounded, decimals)).toBe(rounded);
      }),
    );
  });

  test("one unit is 10^12 of the last place", () => {
    expect(parseMoney("1")).toBe(PICO_PER_UNIT);
  });
});
