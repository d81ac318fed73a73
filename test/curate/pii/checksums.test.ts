import { expect, test } from "vitest";

import { mod97, passesLuhn, passesMod11_10, passesVerhoeff } from "../../../src/curate/pii/recognisers/checksums.ts";
import { readTsv } from "../../catalog/read-tsv.ts";

const CHECKS: Record<string, (text: string) => boolean> = {
  luhn: passesLuhn,
  mod97: (text) => mod97(text) === 1,
  mod11_10: passesMod11_10,
  verhoeff: passesVerhoeff,
};

test.each(readTsv("pii-checksums.tsv"))("$check of $text: $passes ($source)", ({ check, text, passes }) => {
  expect(CHECKS[check!]!(text!)).toBe(passes === "yes");
});

test("a digit changed, or two neighbours exchanged, never passes Verhoeff's check", () => {
  const base = "345678901237".slice(0, 11);
  const check = "0123456789".split("").find((digit) => passesVerhoeff(base + digit))!;
  const number = base + check;
  for (let at = 0; at < number.length; at++) {
    const changed = number.slice(0, at) + String((Number(number[at]) + 1) % 10) + number.slice(at + 1);
    expect(passesVerhoeff(changed)).toBe(false);
    const swapped =
      number.slice(0, at) +
      number
        .slice(at, at + 2)
        .split("")
        .toReversed()
        .join("") +
      number.slice(at + 2);
    if (swapped !== number) expect(passesVerhoeff(swapped)).toBe(false);
  }
});
