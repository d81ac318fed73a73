import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { EvaluationScorer } from "../../src/domain/evaluation-scorer.ts";
import { bleuCounts, corpusBleu, sentenceBleu } from "../../src/evaluate/score/bleu.ts";
import type { BleuTokeniser } from "../../src/evaluate/score/bleu-tokens.ts";
import { chrf } from "../../src/evaluate/score/chrf.ts";
import { readyScorers, scoreAnswer } from "../../src/evaluate/score/score-answer.ts";
import type { EvalItem } from "../../src/evaluate/set/eval-item.ts";

type Case = { answer: string; references: string[] } & Record<BleuTokeniser | "chrf" | "chrf++", number>;
const GOLDEN = JSON.parse(readFileSync(new URL("../golden/sacrebleu.json", import.meta.url), "utf8")) as {
  source: string;
  corpus: Record<BleuTokeniser, number>;
  cases: Case[];
};
const TOKENISERS = ["13a", "intl", "zh", "char"] as const;

describe(`120 hard texts score within 1e-9 of ${GOLDEN.source}`, () => {
  test.each(TOKENISERS)("BLEU with the tokeniser %s, of each answer and of all", (tokeniser) => {
    for (const { answer, references, [tokeniser]: expected } of GOLDEN.cases)
      expect(Math.abs(sentenceBleu(answer, references, tokeniser) - expected), JSON.stringify(answer)).toBeLessThan(
        1e-9,
      );
    const single = GOLDEN.cases.filter(({ references }) => references.length === 1);
    const counts = single.map(({ answer, references }) => bleuCounts(answer, references, tokeniser));
    expect(Math.abs(corpusBleu(counts) - GOLDEN.corpus[tokeniser])).toBeLessThan(1e-9);
  });

  test.each([
    ["chrf", 0],
    ["chrf++", 2],
  ] as const)("%s", (name, words) => {
    for (const { answer, references, [name]: expected } of GOLDEN.cases)
      expect(Math.abs(chrf(answer, references, words) - expected), JSON.stringify(answer)).toBeLessThan(1e-9);
  });
});

test("a scorer gives BLEU all references together, and has no score without one", () => {
  const [scorer] = readyScorers([EvaluationScorer.parse({ kind: "bleu" })], "answer");
  const item = (answer: unknown) => ({ id: "1", row: { answer } }) as unknown as EvalItem;
  const said = { text: "the cat sat on the mat", isRefusal: false };
  // Each reference alone has three of the five pairs of words; both together have all.
  expect(scoreAnswer(scorer!, said, item(["the cat sat on a rug", "a dog sat on the mat"])).value).toBe(
    sentenceBleu(said.text, ["the cat sat on a rug", "a dog sat on the mat"]),
  );
  expect(scoreAnswer(scorer!, said, item([])).value).toBeNull();
});

test.each([
  [{ kind: "bleu" }, { kind: "bleu", tokeniser: "char" }],
  [{ kind: "chrf" }, { kind: "chrf", words: 2 }],
])("the setting of %o changes the score", (plain, changed) => {
  const item = { id: "1", row: { answer: "the cat sat on the mat" } } as unknown as EvalItem;
  const scoreOf = (scorer: object) =>
    scoreAnswer(
      readyScorers([EvaluationScorer.parse(scorer)], "answer")[0]!,
      { text: "a cat sat on a mat", isRefusal: false },
      item,
    ).value;
  expect(scoreOf(plain)).not.toBe(scoreOf(changed));
});
