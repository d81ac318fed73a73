import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { fromCanonical, toCanonical } from "../../../src/curate/formats/convert-row.ts";
import { detectFormat } from "../../../src/curate/formats/detect-format.ts";
import { FORMATS } from "../../../src/curate/formats/formats.ts";
import type { Fields } from "../../../src/curate/formats/row-format.ts";
import { readRows } from "../../../src/curate/pipeline/reading/read-rows.ts";
import { CanonicalRow, DatasetFormat } from "../../../src/domain/canonical-row.ts";
import { EXAMPLES } from "./examples.ts";

const FILES = "../shared/data/curation/formats";

/** Native, canonical as its JSON text, native again. */
function roundTrip(row: Fields, format: DatasetFormat): unknown {
  const canonical = toCanonical(row, format);
  if (typeof canonical === "string") throw new Error(canonical);
  const written = fromCanonical(CanonicalRow.parse(JSON.parse(JSON.stringify(canonical))), format);
  if (!("row" in written)) throw new Error(written.detail);
  expect(written.lost).toEqual([]);
  return written.row;
}

describe("a row comes back the same, keys in their order, through the canonical form", () => {
  test.each(EXAMPLES)("$name", ({ row, format }) => {
    expect(detectFormat(row).best?.format).toBe(format);
    expect(JSON.stringify(roundTrip(row, format))).toBe(JSON.stringify(row));
  });

  /** Format of all rows, and how many there are (index.md next to the files). */
  const PUBLIC: readonly [file: string, format: DatasetFormat, rows: number][] = [
    ["datajuicer_chatml_demo.jsonl", "messages", 4],
    ["datajuicer_human_preference_demo.jsonl", "candidates", 10],
    ["fastchat_dummy_conversation_sharegpt.json", "sharegpt", 500],
    ["llamafactory_dpo_en_demo_sharegpt.json.gz", "sharegpt", 300],
    ["llamafactory_glaive_toolcall_en_demo.json.gz", "sharegpt", 300],
    ["llamafactory_identity_alpaca.json", "alpaca", 91],
    ["llamafactory_kto_en_demo.json.gz", "kto", 300],
    ["llamafactory_v1_sft_demo.jsonl", "llama-factory-v1", 500],
  ];
  test.skipIf(!existsSync(FILES))("every row of the public files, where ../shared is there", async () => {
    expect(PUBLIC.map(([file]) => file)).toEqual(readdirSync(FILES).toSorted());
    for (const [file, format, count] of PUBLIC) {
      let rows = 0;
      for await (const read of readRows(join(FILES, file), { source: file })) {
        expect(read.dropped).toEqual([]);
        for (const { fields } of read.rows) {
          const { best, rivals } = detectFormat(fields);
          expect({ file, best: best?.format, rivals }).toEqual({ file, best: format, rivals: [] });
          if (JSON.stringify(roundTrip(fields, format)) !== JSON.stringify(fields))
            expect.fail(`${file}: row ${rows + 1}`);
          rows += 1;
        }
      }
      expect({ file, rows }).toEqual({ file, rows: count });
    }
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
      { numRuns: 300 },
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
      { numRuns: 1_000 },
    );
  });
});

describe("a row in another format says the same, or what was lost is named", () => {
  const targets = DatasetFormat.options;
  test.each(EXAMPLES)("$name in each format", ({ row, format }) => {
    thereAndBack(row, format);
  });

  test.skipIf(!existsSync(FILES))(
    "every row of the public files in each format, where ../shared is there",
    async () => {
      const whole: Record<string, DatasetFormat[]> = {};
      for (const file of readdirSync(FILES)) {
        for await (const { rows } of readRows(join(FILES, file), { source: file })) {
          for (const { fields } of rows) {
            const held = thereAndBack(fields, detectFormat(fields).best!.format);
            whole[file] = (whole[file] ?? held).filter((format) => held.includes(format));
          }
        }
      }
      // The formats that hold all that is in every row of a file.
      await expect(
        Object.entries(whole)
          .map(([file, formats]) => `${file}: ${formats.join(", ")}`)
          .join("\n"),
      ).toMatchFileSnapshot("../../golden/formats-held.txt");
    },
  );

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
        { part: "beside", detail: 'the format has no place for the field "id"' },
        { part: "beside", detail: 'the format has no place for the field "prompt"' },
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

/** Writes a row in every format, and where nothing is lost reads it and writes it in its own again: the formats that held it. */
function thereAndBack(row: Fields, format: DatasetFormat): DatasetFormat[] {
  const canonical = toCanonical(row, format);
  if (typeof canonical === "string") throw new Error(canonical);
  const home = sorted(usual(row, format, canonical));
  return DatasetFormat.options.filter((target) => {
    const written = fromCanonical(canonical, target);
    if (!("row" in written)) {
      expect(written.detail).not.toBe("");
      return false;
    }
    const again = toCanonical(written.row, target);
    if (typeof again === "string") expect.fail(`${format} as ${target}: ${again}`);
    if (written.lost.length > 0) return false;
    const back = fromCanonical({ ...again, native: undefined }, format, { style: unstated(canonical) });
    expect({ target, row: "row" in back ? sorted(back.row) : back }).toEqual({ target, row: home });
    return true;
  });
}

/** The choices of the row, but for weights that are the usual ones: writing them or not says the same. */
function unstated({ native }: CanonicalRow): Record<string, string> {
  const { weight: _stated, ...style } = native?.style ?? {};
  return style;
}

/** The row as its format usually writes it. */
function usual(row: Fields, format: DatasetFormat, canonical: CanonicalRow): Fields {
  const plain = { ...canonical, native: undefined } as CanonicalRow;
  const written = fromCanonical(plain, format, { style: unstated(canonical) });
  if (!("row" in written)) throw new Error(written.detail);
  return written.row;
}

/** Keys in the order of the alphabet at every depth. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}

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
