import { describe, expect, test } from "vitest";

import { JudgePrompt } from "../../src/domain/evaluation-judge.ts";
import { casePrompts, panelLabel, readCaseVerdict, readLabel } from "../../src/evaluate/judge/judge-prompt.ts";
import { judgedHeadline } from "../../src/evaluate/judge/judged-headline.ts";

const RUBRIC = JudgePrompt.parse({
  version: 1,
  mode: "rubric",
  prompt: "Q: {{question}}\nA: {{answer}}\n{{levels}}",
  levels: [
    { label: "bad", score: 0, anchor: "wrong" },
    { label: "fair", score: 0.5, anchor: "half right" },
    { label: "good", score: 1, anchor: "right" },
  ],
});
const PAIR = JudgePrompt.parse({
  version: 1,
  mode: "pairwise",
  prompt: "{{question}} A: {{answer_a}} B: {{answer_b}}",
});

describe("what a judge is asked", () => {
  test("is the prompt with its fields, the anchors of the levels, and how the verdict is written", () => {
    const [turns] = casePrompts(RUBRIC, { question: "why?", answer: "because {{levels}} $& [[good]]" });
    expect(turns![0]!.content).toBe(
      "Q: why?\nA: because {{levels}} $& [[good]]\n[[bad]]: wrong\n[[fair]]: half right\n[[good]]: right\n\nGive your reason in a sentence. Then end with your verdict in double square brackets, one of: [[bad]], [[fair]], [[good]]",
    );
  });

  test("of a pair is asked in both orders", () => {
    const asked = casePrompts(PAIR, { question: "q", answer: "mine", reference: "other" });
    expect(asked.map(([turn]) => turn!.content.split("\n")[0])).toEqual(["q A: mine B: other", "q A: other B: mine"]);
  });
});

describe("what a judge answers", () => {
  test.each([
    ["[[good]]", "good"],
    ["It is [[bad]] at first sight, but [[ Good ]]", "good"],
    ['{"reason": "short", "verdict": "fair"}', "fair"],
    ["I think that it is good.", undefined],
    ["[[excellent]]", undefined],
    ["", undefined],
  ])("%j is read as %s", (text, label) => {
    expect(readLabel(RUBRIC, text)).toBe(label);
  });

  test.each<[said: [string, string], label: string | undefined, isFlipped: boolean]>([
    [["[[A]]", "[[B]]"], "A", false],
    [["[[B]]", "[[A]]"], "B", false],
    [["[[C]]", "[[C]]"], "tie", false],
    [["[[A]]", "[[A]]"], "tie", true],
    [["[[A]]", "[[tie]]"], "tie", true],
    [["[[A]]", "the first one"], undefined, false],
  ])("a pair with the answers %j", (said, label, isFlipped) => {
    expect(readCaseVerdict(PAIR, said)).toEqual({ label, isFlipped });
  });

  test("a panel takes the middle level, the lower of two; of a pair what most say, else a tie", () => {
    expect(panelLabel(RUBRIC, ["good", "bad", "fair"])).toBe("fair");
    expect(panelLabel(RUBRIC, ["good", "bad"])).toBe("bad");
    expect(panelLabel(RUBRIC, ["good", undefined])).toBe("good");
    expect(panelLabel(RUBRIC, [undefined])).toBeUndefined();
    expect(panelLabel(PAIR, ["A", "A", "B"])).toBe("A");
    expect(panelLabel(PAIR, ["A", "B"])).toBe("tie");
  });
});

describe("the headline of judges", () => {
  const items = (count: number, score: (index: number) => number, human?: (index: number) => number | undefined) =>
    Array.from({ length: count }, (_, index) => ({ score: score(index), human: human?.(index) }));

  test("is uncorrected without labels, with too few of them, and for levels with labels from elsewhere", () => {
    const all = items(100, () => 1);
    expect(judgedHeadline({ items: all, labelsFrom: undefined, accuracy: undefined })).toMatchObject({
      value: 1,
      method: "uncorrected",
      note: "there are no human labels",
    });
    const few = items(
      100,
      () => 1,
      (index) => (index < 49 ? 0 : undefined),
    );
    const right = (human: number | undefined) => ({ score: 1, human });
    const alike = [
      ...Array.from({ length: 60 }, () => right(1)),
      ...Array.from({ length: 200 }, () => right(undefined)),
    ];
    const { value, interval } = judgedHeadline({ items: alike, labelsFrom: "sample", accuracy: undefined });
    expect([value, interval!.low, interval!.high]).toEqual([1, expect.closeTo(0.939825, 5), 1]); // Wilson, 60 of 60
    expect(judgedHeadline({ items: few, labelsFrom: "sample", accuracy: undefined }).note).toContain("at least 50");
    const levels = items(100, () => 0.5);
    expect(judgedHeadline({ items: levels, labelsFrom: "elsewhere", accuracy: undefined }).note).toContain("0 and 1");
  });

  test("of a judge that always praises is what people say of a random sample", () => {
    const flattering = items(
      400,
      () => 1,
      (index) => (index % 4 === 0 ? Number(index % 8 === 0) : undefined),
    );
    const headline = judgedHeadline({ items: flattering, labelsFrom: "sample", accuracy: undefined });
    expect(headline).toMatchObject({ method: "ppi++", n: 400, labels: 100 });
    expect(headline.value).toBeCloseTo(0.5, 12);
  });

  test("takes labels of another target's answers as labels from elsewhere, even where some answers are equal", () => {
    const share = (value: number) => ({ value, interval: null, n: 200 });
    const given = {
      items: items(
        400,
        (index) => Number(index < 280),
        (index) => (index < 150 ? 1 : undefined),
      ),
      labelsFrom: "sample" as const,
      otherAnswers: 70,
      accuracy: { sensitivity: share(0.9), specificity: share(0.9) },
    };
    const headline = judgedHeadline(given);
    expect(headline).toMatchObject({
      method: "rogan-gladen",
      note: expect.stringContaining("70 of 220 labelled items"),
    });
    expect(headline.value).toBeCloseTo((0.7 + 0.9 - 1) / 0.8, 12);
    expect(judgedHeadline({ ...given, accuracy: undefined })).toMatchObject({ method: "uncorrected", value: 0.7 });
  });

  test("by labels from elsewhere is Rogan and Gladen's: the vector of Lee et al.", () => {
    const share = (value: number, n: number) => ({ value, interval: null, n });
    const headline = judgedHeadline({
      items: items(1000, (index) => Number(index < 400)),
      labelsFrom: "elsewhere",
      accuracy: { sensitivity: share(0.9, 200), specificity: share(0.7, 200) },
    });
    expect(headline.method).toBe("rogan-gladen");
    expect(headline.value).toBeCloseTo(0.166667, 6);
    expect(headline.interval!.low).toBeCloseTo(0.056351, 5);
    expect(headline.interval!.high).toBeCloseTo(0.262733, 5);
  });
});
