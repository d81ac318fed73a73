import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fromCanonical, toCanonical } from "../../../src/curate/formats/convert-row.ts";
import { detectFormat } from "../../../src/curate/formats/detect-format.ts";
import { FORMATS } from "../../../src/curate/formats/formats.ts";
import type { Fields } from "../../../src/curate/formats/row-format.ts";
import { CanonicalRow, DatasetFormat } from "../../../src/domain/canonical-row.ts";
import { lawRuns } from "../../law-runs.ts";
import { EXAMPLES } from "./examples.ts";
import { roundTrip, thereAndBack } from "./round-trip.ts";

describe("a row comes back the same, keys in their order, through the canonical form", () => {
  test.each(EXAMPLES)("$name", ({ row, format }) => {
    expect(detectFormat(row).best?.format).toBe(format);
    expect(JSON.stringify(roundTrip(row, format))).toBe(JSON.stringify(row));
  });

  test("also with any fields next to, and any values in them", () => {
    const beside = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.constantFrom(...EXAMPLES), beside, fc.boolean(), ({ row, format }, extra, isFirst) => {
        const mixed = JSON.parse(JSON.stringify(isFirst ? { ...extra, ...row } : { ...row, ...extra })) as Fields;
        const canonical = toCanonical(mixed, format);
        fc.pre(typeof canonical !== "string");
        expect(JSON.stringify(roundTrip(mixed, format))).toBe(JSON.stringify(mixed));
      }),
      { numRuns: lawRuns(300) },
    );
  });

  test("also where a value inside is any other one: it comes back, or the row is said to be none of the format", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EXAMPLES),
        fc.nat(),
        fc.jsonValue({ maxDepth: 2 }),
        ({ row, format }, seed, value) => {
          const broken = replacedAt(row, 3 * seed + 1, value) as Fields;
          const canonical = toCanonical(broken, format);
          if (typeof canonical === "string") expect(canonical).not.toBe("");
          else expect(JSON.stringify(roundTrip(broken, format))).toBe(JSON.stringify(broken));
        },
      ),
      { numRuns: lawRuns(1_000) },
    );
  });
});

describe("a row in another format says the same, or what was lost is named", () => {
  const targets = DatasetFormat.options;
  test.each(EXAMPLES)("$name in each format", ({ row, format }) => {
    thereAndBack(row, format);
  });

  test("what each format has no place for is a finding", () => {
    const { row } = EXAMPLES.find(({ name }) => name === "TRL: thinking and a call of a tool")!;
    const canonical = toCanonical(row, "messages") as CanonicalRow;
    const parts = Object.fromEntries(
      targets.map((target) => {
        const written = fromCanonical({ ...canonical, native: undefined }, target);
        return [
          target,
          "row" in written ? [...new Set(written.lost.map(({ part }) => part))].toSorted() : written.unsupported,
        ];
      }),
    );
    expect(parts).toEqual({
      text: "kind",
      prompt: "kind",
      "prompt-completion": ["kind"],
      messages: [],
      sharegpt: ["name", "thinking"],
      alpaca: "roles",
      preference: "kind",
      "openai-preference": "kind",
      kto: "kind",
      "llama-factory-v1": ["name"],
      "query-response": "roles",
      pairs: "roles",
      candidates: "kind",
      segments: "kind",
    });
  });

  test("fields next to that have the name of a field of the target are named", () => {
    const canonical = toCanonical({ text: "a", id: 1, prompt: 2 }, "text") as CanonicalRow;
    expect(fromCanonical(canonical, "text", { style: {}, bare: true })).toEqual({
      row: { text: "a" },
      lost: [
        { part: "beside", detail: 'the format does not define the field "id"' },
        { part: "beside", detail: 'the format does not define the field "prompt"' },
      ],
    });
  });
});

test("text that was changed in the canonical form is what comes back", () => {
  const { row } = EXAMPLES.find(({ name }) => name === "ShareGPT with a call as Python writes it")!;
  const canonical = JSON.stringify(toCanonical(row, "sharegpt")).replaceAll("Paris", "[CITY]");
  const written = fromCanonical(CanonicalRow.parse(JSON.parse(canonical)), "sharegpt");
  expect(JSON.stringify("row" in written ? written.row : written)).toBe(
    JSON.stringify(row).replaceAll("Paris", "[CITY]"),
  );
});

test("every format has an example here", () => {
  expect(Object.keys(FORMATS).filter((name) => !EXAMPLES.some(({ format }) => format === name))).toEqual([]);
});

/** The row with one of its values, found by going down as the seed says, replaced. */
function replacedAt(value: unknown, seed: number, by: unknown): unknown {
  if (value === null || typeof value !== "object" || seed % 3 === 0) return by;
  const names = Object.keys(value);
  if (names.length === 0) return by;
  const name = names[seed % names.length]!;
  const next = Math.floor(seed / 3);
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (String(index) === name ? replacedAt(each, next, by) : each));
  return Object.fromEntries(
    Object.entries(value).map(([each, old]) => [each, each === name ? replacedAt(old, next, by) : (old as unknown)]),
  );
}
