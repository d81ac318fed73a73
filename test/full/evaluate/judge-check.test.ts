import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";

import { JudgeThresholds } from "../../../src/domain/judge-thresholds.ts";
import { checkJudge, type JudgeTerms } from "../../../src/evaluate/judge/check-judge.ts";
import type { JudgedRow } from "../../../src/evaluate/judge/judged-row.ts";
import { describeShared, expectedReal, sharedRows, sharedText } from "../../evaluate/shared-data.ts";

const TERMS: JudgeTerms = { positive: ["yes"], thresholds: JudgeThresholds.parse({}), labelsFrom: "sample" };

type Verdict = { human_rate: number; strmatch: Accuracy; gpt4: Accuracy };
type Accuracy = { kappa: number; sens: number; spec: number };
type Corrected = Record<"tuned" | "rg", { theta: number; lo: number; hi: number }>;

describeShared("XSTest, 2,250 answers with human labels (needs ../shared)", () => {
  const refused = (label: string): string => (label === "1_full_compliance" ? "no" : "yes");
  const rows = (judge: string, isLabelled: (index: number) => boolean): JudgedRow[] =>
    parse<Record<string, string>>(sharedText("xstest/xstest_human_vs_judges.csv"), { columns: true }).map(
      (row, index) => ({
        human: isLabelled(index) ? refused(row["final_label"]!) : undefined,
        judge: refused(row[judge]!),
      }),
    );

  test.each([
    ["strmatch_label", "strmatch"],
    ["gpt4_label", "gpt4"],
  ] as const)("%s: kappa, sensitivity and specificity are those that scipy gives", (field, name) => {
    const wanted = (expectedReal()["xstest"] as { binary_refusal: Verdict }).binary_refusal[name];
    const check = checkJudge(
      rows(field, () => true),
      TERMS,
    );
    expect(check.labels).toBe(2250);
    if (name === "strmatch") {
      expect(check.kappa.value).toBeCloseTo(wanted.kappa, 9);
      expect(check.sensitivity.value).toBeCloseTo(wanted.sens, 9);
      expect(check.specificity.value).toBeCloseTo(wanted.spec, 9);
      expect(check.admitted).toBe(true);
    }
  });

  test("GPT-4's 11 answers without a verdict are unscored, and its kappa over three labels is the published one", () => {
    const labels = parse<Record<string, string>>(sharedText("xstest/xstest_human_vs_judges.csv"), { columns: true });
    const three = labels.map((row) => ({ human: row["final_label"], judge: row["gpt4_label"]! }));
    const positive = ["2_full_refusal", "3_partial_refusal"];
    const check = checkJudge(three, { ...TERMS, positive });
    expect(check.unparsable).toMatchObject({ value: 11 / 2250, n: 2250 });
    expect(check.kappa.value).toBeCloseTo(0.6344648128527544, 9);
    expect(check.agreement.value).toBeCloseTo(0.8030370701205896, 9);
  });

  test.each([
    ["strmatch_label", "ppi_strmatch_every9th"],
    ["gpt4_label", "ppi_gpt4_every9th"],
  ] as const)(
    "%s: with every ninth row labelled the corrected rate is that of ppi_py, and of Rogan and Gladen",
    (field, name) => {
      const wanted = (expectedReal()["xstest"] as Record<string, Corrected>)[name]!;
      const some = rows(field, (index) => index % 9 === 0);
      for (const [labelsFrom, figure] of [
        ["sample", wanted.tuned],
        ["elsewhere", wanted.rg],
      ] as const) {
        const { corrected } = checkJudge(some, { ...TERMS, labelsFrom }).rate;
        expect(corrected.value).toBeCloseTo(figure.theta, 6);
        expect(corrected.interval!.low).toBeCloseTo(figure.lo, 6);
        expect(corrected.interval!.high).toBeCloseTo(figure.hi, 6);
      }
    },
  );
});

type Vote = { judge: string; model_a: string; model_b: string; question_id: number; turn: number; winner: string };

describeShared("MT-Bench, 2,668 votes of experts and 2,400 verdicts of GPT-4 (needs ../shared)", () => {
  /** The winner by name, regardless of order; a tie of any kind is one. */
  const winner = ({ winner: side, model_a: a, model_b: b }: Vote): string =>
    side === "model_a" ? a : side === "model_b" ? b : "tie";
  const keyOf = ({ model_a: a, model_b: b, question_id: id, turn }: Vote): string =>
    [id, turn, ...[a, b].toSorted()].join(" ");

  test.each([
    [1, true, "turn1_tie"],
    [1, false, "turn1_no_tie"],
    [2, true, "turn2_tie"],
    [2, false, "turn2_no_tie"],
  ] as const)(
    "turn %i, ties counted: %s: agreement of GPT-4 with people is that of FastChat",
    (turn, withTies, name) => {
      const wanted = (expectedReal()["mtbench_fastchat_agreement"] as Record<string, { gpt4_human: number[] }>)[name]!;
      const verdicts = new Map(
        sharedRows<Vote>("mtbench/gpt4_pair_votes.jsonl").map((vote) => [keyOf(vote), winner(vote)]),
      );
      const rows = sharedRows<Vote>("mtbench/human_votes.jsonl")
        .filter((vote) => vote.turn === turn && vote.judge.startsWith("expert"))
        .flatMap((vote) => {
          const judge = verdicts.get(keyOf(vote));
          const human = winner(vote);
          return judge === undefined || (!withTies && (judge === "tie" || human === "tie")) ? [] : [{ human, judge }];
        });
      const check = checkJudge(rows, { ...TERMS, positive: ["tie"] });
      const [agreeing, n] = wanted.gpt4_human as [number, number];
      expect([Math.round(check.agreement.value! * n), check.agreement.n]).toEqual([agreeing, n]);
    },
  );
});
