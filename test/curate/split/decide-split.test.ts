import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decideSplit, type SplitDecision } from "../../../src/curate/split/decide-split.ts";
import { PARTS } from "../../../src/curate/split/place-groups.ts";
import { contentHash, splitRows, splitSummary } from "../../../src/curate/split/split-summary.ts";
import type { CuratedRow } from "../../../src/curate/stage.ts";
import { SplitOptions } from "../../../src/domain/split.ts";

type Fields = Record<string, unknown>;

const rowsOf = (all: readonly Fields[]): CuratedRow[] =>
  all.map((fields, index) => ({ id: `r${index}`, source: "s", line: index + 1, fields }));

/** Splits rows that come in shards of a size. */
function split(
  all: readonly Fields[],
  options: Partial<SplitOptions>,
  { size = 1000, kept }: { size?: number; kept?: (high: number, low: number) => number | undefined } = {},
): SplitDecision {
  const parsed = SplitOptions.parse(options);
  const rows = rowsOf(all);
  const summaries: Uint8Array[] = [];
  for (let at = 0; at < rows.length; at += size) summaries.push(splitSummary(rows.slice(at, at + size), parsed));
  return decideSplit(splitRows(summaries, parsed), parsed, kept);
}

/** The parts of an earlier split, as `keptSplit` reads them from its files. */
function keptOf(all: readonly Fields[], { parts }: SplitDecision): (high: number, low: number) => number | undefined {
  const known = new Map(all.map((fields, row) => [Buffer.from(contentHash(fields)).toString("hex"), parts[row]]));
  return (high, low) => {
    const hash = Buffer.alloc(8);
    hash.writeUInt32BE(high);
    hash.writeUInt32BE(low, 4);
    return known.get(hash.toString("hex"));
  };
}

const numbered = (count: number, of: (row: number) => Fields = () => ({})): Fields[] =>
  Array.from({ length: count }, (_, row) => ({ prompt: `question ${row}`, completion: `answer ${row}`, ...of(row) }));

/** Rows of a few users and documents, some repeated, some alike but for their punctuation. */
const anyRows = fc.array(
  fc.record({
    prompt: fc.constantFrom("one", "One!", "two", "three", "four", "five", "six"),
    completion: fc.constantFrom("yes", "no", "perhaps"),
    user: fc.option(fc.nat(9), { nil: null }),
    document: fc.option(fc.nat(5), { nil: undefined }),
    label: fc.constantFrom("a", "b", "c"),
    at: fc.nat(50).map((day) => new Date(1.7e12 + day * 864e5).toISOString()),
  }),
  { minLength: 1, maxLength: 60 },
);
const anyOptions = fc.record({
  test: fc.constantFrom("10%", "30%", "5", "0"),
  validation: fc.constantFrom("10%", "3", "0"),
  groupBy: fc.subarray(["user", "document"]),
  seed: fc.nat(1000),
});
const anyOrder = fc.constantFrom<Partial<SplitOptions>>({}, { stratifyBy: "label" }, { timeField: "at" });

describe("a split", () => {
  test("puts every row into one part, and no row, group or near-duplicate into two", () => {
    fc.assert(
      fc.property(anyRows, anyOptions, anyOrder, (all, options, order) => {
        const { parts, findings, counts } = split(all, { ...options, ...order });
        expect(findings.filter(({ kind }) => kind.startsWith("leak-"))).toEqual([]);
        expect(PARTS.reduce((sum, part) => sum + counts[part].rows, 0)).toBe(all.length);
        const partsOf = (key: (fields: Fields) => unknown): number => {
          const seen = new Map<unknown, Set<number>>();
          for (const [row, fields] of all.entries()) {
            const value = key(fields);
            if (value === null || value === undefined) continue;
            seen.set(value, (seen.get(value) ?? new Set()).add(parts[row]!));
          }
          return Math.max(1, ...[...seen.values()].map((each) => each.size));
        };
        for (const field of options.groupBy) expect(partsOf((fields) => fields[field])).toBe(1);
        expect(
          partsOf(({ prompt, completion }) => `${String(prompt).toLowerCase().replace("!", "")} ${String(completion)}`),
        ).toBe(1);
      }),
    );
  });

  test("is the same for shards of any size", () => {
    fc.assert(
      fc.property(
        anyRows,
        fc.tuple(anyOptions, anyOrder),
        fc.integer({ min: 1, max: 20 }),
        (all, [some, order], size) => {
          const options = { ...some, ...order };
          expect(split(all, options, { size })).toEqual(split(all, options));
        },
      ),
    );
  });

  test("by shares moves no row when others are added, whatever their order", () => {
    const options = { test: "20%", validation: "10%", groupBy: ["user"], nearDuplicates: false };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.nat(), (before, added, seed) => {
        const all = numbered(before + added, (row) => ({ user: (row * 7) % 23 }));
        const { parts: first } = split(all.slice(0, before), { ...options, seed });
        const { parts: later } = split(all.toReversed(), { ...options, seed });
        expect(Array.from(later.toReversed().subarray(0, before))).toEqual([...first]);
      }),
    );
  });

  test("by shares comes near them, large groups no more often than small ones", () => {
    const all = numbered(20_000, (row) => ({ user: row < 10_000 ? row : 10_000 + (row % 200) }));
    const { counts, parts } = split(all, { test: "20%", groupBy: ["user"] });
    expect(counts.test.rows / all.length).toBeCloseTo(0.2, 1);
    const inLarge = parts.subarray(10_000).reduce((sum, part) => sum + (part === 2 ? 1 : 0), 0);
    expect(inLarge / 10_000).toBeGreaterThan(0.1);
    expect(inLarge / 10_000).toBeLessThan(0.3);
  });

  test("by counts meets them exactly where rows stand alone, and in each stratum by its share", () => {
    const all = numbered(1000, (row) => ({ label: row % 10 === 0 ? "rare" : "usual" }));
    const { counts, strata, findings } = split(all, { test: "50", validation: "100", stratifyBy: "label" });
    expect([counts.train.rows, counts.validation.rows, counts.test.rows]).toEqual([850, 100, 50]);
    expect(strata).toEqual([
      { value: "usual", train: 765, validation: 90, test: 45 },
      { value: "rare", train: 85, validation: 10, test: 5 },
    ]);
    expect(findings).toEqual([]);
  });

  test("takes a path for a field inside: rows that begin with one question stay together", () => {
    const all = Array.from({ length: 60 }, (_, row) => ({
      messages: [
        { role: "user", content: `question ${row % 20}` },
        { role: "assistant", content: `answer ${row} ${"word ".repeat(row)}` },
      ],
    }));
    const { groups, largestGroup, counts } = split(all, { test: 15, groupBy: ["messages.0.content"] });
    expect([groups, largestGroup, counts.test.rows]).toEqual([20, 3, 15]);
  });

  test("says what groups do not let it meet", () => {
    const { counts, findings } = split(
      numbered(30, (row) => ({ user: row % 3 })),
      { test: 7, groupBy: ["user"] },
    );
    expect(counts.test.rows).toBe(0);
    expect(findings).toEqual([
      {
        kind: "size-missed",
        count: 7,
        detail: "test has 0 rows instead of 7: groups of up to 10 rows are not divided",
      },
    ]);
  });

  test("says which values a part lacks, and how many rows have no group or label", () => {
    const all = numbered(40, (row) => ({
      user: row < 3 ? null : row,
      label: row === 0 ? "once" : row === 1 ? null : "often",
    }));
    const kinds = split(all, { test: 4, groupBy: ["user"], stratifyBy: "label" }).findings;
    expect(kinds).toContainEqual({ kind: "no-group", count: 3, detail: expect.stringContaining('"user"') as string });
    expect(kinds).toContainEqual({ kind: "no-label", count: 1, detail: expect.stringContaining('"label"') as string });
    expect(kinds.some(({ kind }) => kind === "stratum-missing")).toBe(true);
  });
});

describe("a split by time", () => {
  test("trains on no row that is newer than the newest of any tested group", () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom("30%", "5"), (all, size) => {
        const { parts } = split(all, { test: size, groupBy: ["user"], timeField: "at" });
        const tested = all.filter((_, row) => parts[row] === 2);
        if (tested.length === 0) return;
        const newest = (rows: readonly Fields[]): string =>
          rows
            .map(({ at }) => String(at))
            .toSorted()
            .at(-1)!;
        const trained = all.filter((_, row) => parts[row] === 0);
        if (trained.length > 0) expect(newest(trained) <= newest(tested)).toBe(true);
      }),
    );
  });

  test("puts the newest rows into test, those before them into validation, and leaves out rows without a time", () => {
    const all = numbered(100, (row) => ({ at: row === 50 ? "soon" : 1_700_000_000 + ((row * 37) % 100) }));
    const { parts, counts } = split(all, { test: 10, validation: 20, timeField: "at" });
    const order = all.map((fields, row) => ({ row, at: fields["at"] })).filter(({ row }) => row !== 50);
    const newest = order.toSorted((a, b) => Number(b.at) - Number(a.at)).map(({ row }) => parts[row]);
    expect(newest).toEqual([...Array<number>(10).fill(2), ...Array<number>(20).fill(1), ...Array<number>(69).fill(0)]);
    expect(parts[50]).toBe(3);
    expect(counts.test.firstTime! > counts.validation.lastTime!).toBe(true);
  });
});

describe("a split that keeps an earlier one", () => {
  test("moves none of its rows, whatever is added and asked for", () => {
    fc.assert(
      fc.property(anyRows, anyRows, anyOptions, (all, more, options) => {
        const first = split(all, options);
        const later = split([...all, ...more], { ...options, test: "25" }, { kept: keptOf(all, first) });
        expect([...later.parts].slice(0, all.length)).toEqual([...first.parts]);
        expect(later.findings.filter(({ kind }) => kind.startsWith("leak-"))).toEqual([]);
      }),
    );
  });

  test("leaves out a new row that would join two parts", () => {
    const all = numbered(20, (row) => ({ user: `u${row}`, document: `d${row}` }));
    const first = split(all, { test: 10, groupBy: ["user", "document"] });
    const [inTest, inTrain] = [first.parts.indexOf(2), first.parts.indexOf(0)];
    const bridge = { prompt: "new", completion: "row", user: `u${inTest}`, document: `d${inTrain}` };
    const later = split([...all, bridge], { test: 10, groupBy: ["user", "document"] }, { kept: keptOf(all, first) });
    expect(later.parts[20]).toBe(4);
    expect(later.findings).toEqual([]);
  });

  test("finds what leaks in it: near-duplicates that were let apart", () => {
    const all = numbered(40, (row) => ({ prompt: `question ${row >> 1}${row % 2 ? "!" : ""}`, completion: "yes" }));
    const first = split(all, { test: 10, nearDuplicates: false });
    expect(first.findings).toMatchObject([{ kind: "leak-near-duplicate" }]);
    const later = split(all, { test: 10 }, { kept: keptOf(all, first) });
    expect(later.findings).toMatchObject([{ kind: "leak-near-duplicate" }]);
  });
});
