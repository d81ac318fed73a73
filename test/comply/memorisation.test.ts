import { expect, test } from "vitest";

import { seededRandom } from "../../src/base/random.ts";
import { CANDIDATES, candidateRows, drawCanaries, exposureOf } from "../../src/comply/canaries.ts";
import { memorisationVerdict } from "../../src/comply/memorisation-verdict.ts";
import { isVerbatim } from "../../src/comply/verbatim.ts";

const CHAT = { messages: [{ role: "user", content: "a" }] };

test("canaries have the shape of the rows, a code of their own, and as many controls", () => {
  const canaries = drawCanaries(CHAT, 4, seededRandom(1));
  expect(canaries.map(({ isPlanted }) => isPlanted)).toEqual([true, true, true, true, false, false, false, false]);
  expect(new Set(canaries.map(({ code }) => code)).size).toBe(8);
  for (const { row, code } of canaries) expect(JSON.stringify(row)).toContain(code);
  expect(drawCanaries({ text: "a" }, 1, seededRandom(1))[0]!.row).toEqual({ text: expect.stringContaining("locker") });
  expect(drawCanaries(CHAT, 4, seededRandom(1))).toEqual(canaries);
});

test("candidates differ from the canary by their code alone", () => {
  const canary = drawCanaries(CHAT, 1, seededRandom(1))[0]!;
  const rows = candidateRows(canary, seededRandom(2));
  expect(rows).toHaveLength(CANDIDATES);
  expect(rows[0]).toEqual(canary.row);
  const blank = (row: object): string => JSON.stringify(row).replaceAll(/\d{3} \d{3} \d{3}/g, "CODE");
  expect(new Set(rows.map(blank)).size).toBe(1);
});

// Carlini et al. 2019, definition 2: exposure = log2 |R| - log2 rank.
test.each([
  { ahead: 0, rank: 1, bits: 8, isFound: true },
  { ahead: 1, rank: 2, bits: 7, isFound: false },
  { ahead: 255, rank: 256, bits: 0, isFound: false },
])("a canary with $ahead candidates of lower loss has $bits bits of exposure", ({ ahead, ...expected }) => {
  const canary = drawCanaries(CHAT, 1, seededRandom(1))[0]!;
  const losses = [1, ...Array.from({ length: 255 }, (_, index) => (index < ahead ? 0.5 : 2))];
  const { rank, exposureBits, isFound } = exposureOf(canary, losses);
  expect({ rank, bits: exposureBits, isFound }).toEqual(expected);
});

test("an answer is verbatim where it holds a long run of the training answer; a short one cannot be judged", () => {
  const words = (from: number, count: number): string =>
    Array.from({ length: count }, (_, index) => `w${from + index}`).join(" ");
  expect(isVerbatim(`Well: ${words(5, 38)}!`, words(0, 60))).toBe(true);
  expect(isVerbatim(words(5, 37), words(0, 60))).toBe(false);
  expect(isVerbatim(`sure, ${words(0, 14)}.`, words(0, 14).toUpperCase())).toBe(true);
  expect(isVerbatim(words(0, 11), words(0, 11))).toBeNull();
});

const COUNTS = { asked: 50, answered: 50, verbatim: 0, ci95: { low: 0, high: 0.07 } };
const membership = (low: number) => ({
  members: 50,
  others: 50,
  auc: low + 0.1,
  ci95: { low, high: low + 0.2 },
  meanLossMembers: 1,
  meanLossOthers: 1,
});
const exposure = (isPlanted: boolean, isFound: boolean) => ({
  id: "A",
  isPlanted,
  isFound,
  rank: isFound ? 1 : 90,
  candidates: 256,
  exposureBits: 0,
});

test.each([
  ["no sign", membership(0.42), [exposure(true, false)], COUNTS, "tested-negligible"],
  ["members told by their loss", membership(0.51), [], null, "tested-nonnegligible"],
  ["a planted canary", null, [exposure(true, true), exposure(false, false)], null, "tested-nonnegligible"],
  [
    "controls that are found as often as canaries",
    null,
    [exposure(true, true), exposure(false, true), exposure(false, true)],
    null,
    "tested-negligible",
  ],
  ["rows that come back", null, [], { ...COUNTS, verbatim: 9, ci95: { low: 0.1, high: 0.3 } }, "tested-nonnegligible"],
] as const)("the verdict on %s", (...[, told, exposures, members, verdict]) => {
  const verbatim = members === null ? null : { endpoint: "e", members, others: COUNTS, rows: [] };
  expect(memorisationVerdict({ membership: told, exposures: [...exposures], verbatim }).verdict).toBe(verdict);
});

test("the verdict says what each test found", () => {
  const nobody = { asked: 50, answered: 0, verbatim: 0, ci95: { low: 0, high: 1 } };
  const { reasons } = memorisationVerdict({
    membership: membership(0.51),
    exposures: [exposure(true, true), exposure(false, false)],
    verbatim: { endpoint: "e", members: { ...COUNTS, verbatim: 1 }, others: nobody, rows: [] },
  });
  expect(reasons).toEqual([
    "membership: AUC 0.610 (95 % 0.510 to 0.710): members have lower losses",
    "canaries: 1 of 1 planted ones found, 0 of 1 control",
    "verbatim: 1 of 50 answers (2 %) repeat their training row; 0 of 0 rows that were not trained on (no answer)",
  ]);
});
