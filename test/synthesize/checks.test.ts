import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isRefusal } from "../../src/domain/estimate.ts";
import { groundingOf } from "../../src/synthesize/checks/grounding.ts";
import { lostFact, unsupportedNumber } from "../../src/synthesize/checks/kept-facts.ts";
import { promptLeak } from "../../src/synthesize/checks/prompt-leak.ts";
import { similarTexts } from "../../src/synthesize/checks/similar-texts.ts";
import { notStandalone, speaksOfPassage } from "../../src/synthesize/checks/standalone.ts";
import { estimateYield } from "../../src/synthesize/estimate-yield.ts";

describe("a quote", () => {
  const text =
    "The tenant shall pay rent on the first day.\nNo notice is needed: “rent is due”, it says. 合同自签字之日起生效。";
  test.each([
    ["The tenant shall pay rent", [0, 25]],
    ["the TENANT   shall\npay rent", [0, 25]],
    ['"rent is due," it says', [66, 87]],
    ["合同自签字之日", [89, 96]],
  ])("%s is found where it stands", (quote, [start, end]) => {
    expect(groundingOf(quote, text)).toEqual({ start, end });
  });
  test.each([
    ["has another word", "tenant may pay rent", text],
    ["ends within a word", "The tenant shall pay", "The tenant shall pays rent"],
    ["begins within a word", "enant shall pay rent", text],
    ["leaves words out", "The tenant … on the first day", text],
    ["is two words", "pay rent", text],
    ["is empty", "", text],
    ["is signs alone", "… — !", text],
    ["reads like a pattern", "(a+)+$ (b*)* [c", text],
    ["has thousands of characters", "word ".repeat(2000), "word ".repeat(2000)],
  ])("that %s is not", (_what, quote, passage) => {
    expect(groundingOf(quote, passage)).toHaveProperty("problem");
  });
  test("is found wherever it was cut out of a text, between spaces", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "é", "ß", "7", "-", "."), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 6, maxLength: 30 }), fc.nat(5), (words, from) => {
        const kept = words.filter((each) => /[\p{L}\p{N}]/u.test(each));
        fc.pre(kept.length >= from + 4);
        const quote = kept.slice(from, from + 4).join(" ");
        expect(groundingOf(quote, kept.join(" "))).not.toHaveProperty("problem");
      }),
      { numRuns: 80 },
    );
  });
});

describe("a leak of the prompt", () => {
  const instructions = ["Write one question about this passage, one that asks {{style}}. Passage: {{passage}}"];
  test.each([
    [
      "You write: write ONE question about this passage, one that asks why",
      "write one question about this passage one",
    ],
    ["The answer is {{passage}}", "{{passage}}"],
  ])("%s", (answer, found) => expect(promptLeak(answer, { instructions, inputs: [] })).toBe(found));
  const leakOf = (answer: string, inputs: readonly string[] = []): string | undefined =>
    promptLeak(answer, { instructions, inputs });
  test("is neither what the input says nor a few common words", () => {
    expect(leakOf("Write {{name}} there", ["Write {{name}} in the template"])).toBeUndefined();
    expect(leakOf("What does this passage say of one question that asks why?")).toBeUndefined();
    expect(leakOf("one two")).toBeUndefined();
  });
});

test.each([
  ["pay 1,000 in 3 days", "in 3 days pay 1000", undefined],
  ["pay <NAME> twice", "pay twice", "<NAME> of the original"],
  ["3 and 3", "3", "3 of the original"],
  ["none", "one of 2", "2, which the original does not have"],
])("%s as %s: %s", (original, rewording, lost) => {
  expect(lostFact(original, rewording)).toBe(lost);
});

describe("a question on a passage", () => {
  const passage =
    "The lamp turns once in ten seconds. The keeper climbs 190 steps, says the question above. It weighs three hundred grams; two million four hundred thousand cranes, ninety of them new, and two billion stones.";
  test.each([
    ["The lamp turns once in ten seconds?", "copied-question"],
    ["What does the passage say of the lamp?", "not-standalone"],
    ["What is the answer?", "not-standalone"],
    ["What does the question say?", undefined], // the passage says it too
    ["How often does the lamp turn?", undefined],
    ["Passage: The lamp turns once in ten seconds.", "copied-question"],
    ["Question: How often does the lamp turn?", "not-standalone"],
    ["Why: how often does the lamp turn?", undefined],
    ["Question", "not-standalone"],
    ["When and Where?", "not-standalone"],
    ["How many of them are there, and why?", "not-standalone"],
    ["How many steps?", undefined],
    ["Wie viele Stufen?", undefined],
    ["灯は何秒で回りますか", undefined],
  ])("%s: %s", (question, reason) => expect(notStandalone(question, passage)?.reason).toBe(reason));
  test.each([
    ["As the passage says, once in ten seconds.", "not-standalone"],
    ["The answer is ten seconds, says the question above.", undefined],
  ])("answered with %s: %s", (answer, reason) => expect(speaksOfPassage(answer, passage)?.reason).toBe(reason));
  test.each([
    ["It turns every 10 seconds", undefined],
    ["190 steps", undefined],
    ["It turns every 12 seconds", "12"],
    ["1,900 steps", "1900"],
    ["It weighs 300 grams", undefined],
    ["2,400,000 cranes, 90 of them new", undefined],
    ["2,000,000,000 stones", undefined],
    ["400 cranes", "400"],
    ["0 grams", "0"],
  ])("answered with %s has the number %s from nowhere", (answer, number) => {
    expect(unsupportedNumber(answer, passage)).toBe(number);
  });
});

describe("similar texts", () => {
  const found = (before: readonly string[], text: string): unknown => {
    const similar = similarTexts(0.7);
    for (const [index, each] of before.entries()) similar.add(each, String(index));
    return similar.find(text);
  };
  // ROUGE-L by hand: 2 × common subsequence / words of both.
  test.each([
    ["What is the capital of France?", "What's the capital of France?", 10 / 12],
    ["Name the capital city of France", "Name the capital of France please", 10 / 12],
    ["One two three four", "four three two one", undefined],
    ["One two three four five six seven", "one two three four five", 10 / 12],
    ["One two three four five six", "one two three", undefined], // 6 / 9
    ["…", "…", undefined],
  ])("%s and %s", (before, text, score) => {
    expect(found([before], text)).toEqual(
      score === undefined ? undefined : { name: "0", score: expect.closeTo(score, 9) as number },
    );
  });
  test("are found exactly where one compared with all others finds one", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), text, (before, words) => {
        const scores = before.map((each) => {
          const alone = similarTexts(0.01);
          alone.add(each.join(" "), "x");
          return alone.find(words.join(" "))?.score ?? 0;
        });
        const best = Math.max(0, ...scores);
        const result = found(
          before.map((each) => each.join(" ")),
          words.join(" "),
        ) as { score: number } | undefined;
        expect(result?.score).toBe(best >= 0.7 ? best : undefined);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the yield of a pilot", () => {
  // Wilson, z = 1.28155: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), by hand.
  test.each([
    { asked: 50, kept: 20, low: 0.3158, high: 0.4906 },
    { asked: 12, kept: 5, low: 0.2553, high: 0.5981 },
    { asked: 50, kept: 0, low: 0, high: 0.0318 },
  ])("$kept of $asked", ({ asked, kept, low, high }) => {
    const { keptShare } = estimateYield({ asked, kept, usd: null, remaining: 100 });
    if (isRefusal(keptShare)) throw new Error("refused");
    expect([keptShare.p10, keptShare.p90]).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)]);
  });
  test("rows per dollar and the cost of the rest come from what the pilot cost; free answers have none", () => {
    const usd = Array.from({ length: 50 }, () => "0.002");
    const paid = estimateYield({ asked: 50, kept: 20, usd, remaining: 950 });
    expect(paid.rowsPerUsd).toMatchObject({ p50: expect.closeTo(200, 6) }); // 20 rows for 0.10 USD
    expect(paid.remainingUsd).toMatchObject({ p50: expect.closeTo(1.9, 6) });
    expect(paid.remainingRows).toMatchObject({ p10: 299, p50: 380, p90: 467 });
    const free = estimateYield({ asked: 50, kept: 20, usd: null, remaining: 950 });
    expect(free.rowsPerUsd).toMatchObject({ refused: "the answers are free of charge" });
  });
});
