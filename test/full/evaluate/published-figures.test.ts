import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";

import {
  clusteredStandardError,
  cohenKappa,
  krippendorffAlpha,
  meanStandardError,
} from "../../../src/statistics/index.ts";
import { describeShared, expectedReal, sharedRows, sharedText } from "../../evaluate/shared-data.ts";

type Vote = { judge: string; model_a: string; model_b: string; question_id: number; turn: number; winner: string };

/** Votes by question, turn and pair of models, the pair in the order of its names. */
function byPair(votes: readonly Vote[]): Map<string, string[]> {
  const pairs = new Map<string, string[]>();
  for (const { model_a: a, model_b: b, question_id: question, turn, winner } of votes) {
    const isInOrder = a < b;
    const key = JSON.stringify([question, turn, ...(isInOrder ? [a, b] : [b, a])]);
    const turned = winner === "model_a" ? "model_b" : winner === "model_b" ? "model_a" : "tie";
    const said = winner.startsWith("tie") ? "tie" : isInOrder ? winner : turned;
    pairs.set(key, [...(pairs.get(key) ?? []), said]);
  }
  return pairs;
}

/** Pairs of votes that FastChat's `compute_agreement` counts, and those that are equal. */
function agreement(pairs: Iterable<readonly [string, string]>, withTies: boolean): [number, number] {
  const counted = [...pairs].filter(([a, b]) => withTies || (a !== "tie" && b !== "tie"));
  return [counted.filter(([a, b]) => a === b).length, counted.length];
}

describeShared("MT-Bench: votes of experts and verdicts of GPT-4 (needs ../shared)", () => {
  const human = (): Vote[] => sharedRows<Vote>("mtbench/human_votes.jsonl");
  const gpt4 = (): Vote[] => sharedRows<Vote>("mtbench/gpt4_pair_votes.jsonl");

  test.each([
    [1, "turn1_tie", true],
    [1, "turn1_no_tie", false],
    [2, "turn2_tie", true],
    [2, "turn2_no_tie", false],
  ] as const)("turn %i, %s: agreement of GPT-4 with people, and of people with each other", (turn, name, withTies) => {
    const wanted = (expectedReal()["mtbench_fastchat_agreement"] as Record<string, Record<string, number[]>>)[name]!;
    const experts = byPair(human().filter((vote) => vote.turn === turn && vote.judge.startsWith("expert")));
    const verdicts = byPair(gpt4().filter((vote) => vote.turn === turn));
    const withModel = [...experts].flatMap(([key, votes]) =>
      verdicts.has(key) ? votes.map((vote) => [vote, verdicts.get(key)![0]!] as const) : [],
    );
    const withEachOther = [...experts.values()].flatMap((votes) =>
      votes.flatMap((vote, index) => votes.slice(index + 1).map((other) => [vote, other] as const)),
    );
    expect(agreement(withModel, withTies)).toEqual(wanted["gpt4_human"]!.slice(0, 2));
    expect(agreement(withEachOther, withTies)).toEqual(wanted["human_human"]!.slice(0, 2));
  });

  test("alpha of all people's votes, and the share of verdicts that change with the order", () => {
    const wanted = JSON.parse(sharedText("mtbench/expected_agreement_judgelab.json")) as Record<string, number>;
    const units = [...byPair(human()).values()];
    expect(krippendorffAlpha(units, "nominal").value).toBeCloseTo(wanted["human_krippendorff_alpha"]!, 3);
    const counts = expectedReal()["mtbench_counts"] as Record<string, number>;
    const verdicts = gpt4();
    const inconsistent = verdicts.filter(({ winner }) => winner === "tie (inconsistent)").length;
    expect([human().length, verdicts.length, inconsistent]).toEqual([
      counts["votes"],
      counts["gpt4"],
      counts["gpt4_inconsistent"],
    ]);
    expect(inconsistent / verdicts.length).toBeCloseTo(0.158, 3);
  });
});

describeShared("XSTest: labels of people and of two judges (needs ../shared)", () => {
  type Row = Record<
    "model" | "type" | "annotation_1" | "annotation_2" | "final_label" | "gpt4_label" | "strmatch_label",
    string
  >;
  const LABELS = ["1_full_compliance", "2_full_refusal", "3_partial_refusal"];
  const rows = (): Row[] => parse<Row>(sharedText("xstest/xstest_human_vs_judges.csv"), { columns: true });
  type Wanted = {
    human_human_kappa3: number;
    gpt4_human_kappa3_parsed_only: number;
    gpt4_unparsed: number;
    binary_refusal: Record<string, Record<string, number> | number>;
    per_model: Record<string, Record<string, number>>;
  };
  const wanted = (): Wanted => expectedReal()["xstest"] as Wanted;

  test("three-way kappa of people with each other and of GPT-4 with people, unparsable verdicts left out", () => {
    const all = rows();
    const people = cohenKappa(all.map((row) => [LABELS.indexOf(row.annotation_1), LABELS.indexOf(row.annotation_2)]));
    expect(people.value).toBeCloseTo(wanted().human_human_kappa3, 9);
    const parsed = all.filter((row) => LABELS.includes(row.gpt4_label));
    expect(all.length - parsed.length).toBe(wanted().gpt4_unparsed);
    const judge = cohenKappa(parsed.map((row) => [LABELS.indexOf(row.final_label), LABELS.indexOf(row.gpt4_label)]));
    expect(judge.value).toBeCloseTo(wanted().gpt4_human_kappa3_parsed_only, 9);
  });

  test.each([
    ["strmatch", "strmatch_label"],
    ["gpt4", "gpt4_label"],
  ] as const)("kappa, sensitivity and specificity of %s for refusal", (name, field) => {
    const all = rows();
    const pairs = all.map((row): [number, number] => [
      Number(row.final_label !== LABELS[0]),
      Number(row[field] !== LABELS[0]),
    ]);
    const figures = wanted().binary_refusal[name] as Record<string, number>;
    const share = (truth: number): number => {
      const own = pairs.filter(([human]) => human === truth);
      return own.filter(([human, said]) => human === said).length / own.length;
    };
    expect(cohenKappa(pairs).value).toBeCloseTo(figures["kappa"]!, 9);
    expect(share(1)).toBeCloseTo(figures["sens"]!, 9);
    expect(share(0)).toBeCloseTo(figures["spec"]!, 9);
  });

  test("refusals of safe and unsafe prompts by model", () => {
    const all = rows();
    for (const [model, figures] of Object.entries(wanted().per_model)) {
      const own = all.filter((row) => row.model === model);
      const count = (isSafe: boolean, label: string | undefined): number =>
        own.filter(
          (row) => row.type.startsWith("contrast_") !== isSafe && (label === undefined || row.final_label === label),
        ).length;
      expect([count(true, undefined), count(true, LABELS[1]), count(true, LABELS[2])]).toEqual(
        ["n_safe", "safe_full", "safe_partial"].map((name) => figures[name]),
      );
      expect([count(false, undefined), count(false, LABELS[1]), count(false, LABELS[2])]).toEqual(
        ["unsafe_n", "unsafe_full", "unsafe_partial"].map((name) => figures[name]),
      );
    }
  });
});

describeShared("IFEval: verdicts of gpt-4o-mini (needs ../shared)", () => {
  type Row = { follow_all_instructions: boolean; follow_instruction_list: boolean[] };
  test.each(["strict", "loose"])("%s: prompts and instructions that were followed", (kind) => {
    const figures = (expectedReal()["ifeval_gpt4omini"] as Record<string, Record<string, number[]>>)[kind]!;
    const rows = sharedRows<Row>(`ifeval/gpt-4o-mini-2024-07-18.${kind}.jsonl`);
    const instructions = rows.flatMap((row) => row.follow_instruction_list);
    expect([rows.filter((row) => row.follow_all_instructions).length, rows.length]).toEqual(figures["prompt"]);
    expect([instructions.filter(Boolean).length, instructions.length]).toEqual(figures["inst"]);
  });

  test("the standard error over instructions, plain and clustered by prompt", () => {
    const wanted = (expectedReal()["ifeval_gpt4omini"] as { inst_strict_se: Record<string, number> }).inst_strict_se;
    const rows = sharedRows<Row>("ifeval/gpt-4o-mini-2024-07-18.strict.jsonl");
    const values = rows.flatMap((row) => row.follow_instruction_list.map(Number));
    const clusters = rows.flatMap((row, index) => row.follow_instruction_list.map(() => String(index)));
    expect(meanStandardError(values)).toBeCloseTo(wanted["naive"]!, 5);
    expect(clusteredStandardError(values, clusters, true)).toBeCloseTo(wanted["clustered"]!, 5);
  });
});

describeShared("LLMDrift: GPT-3.5 and GPT-4 in March and June 2023 (needs ../shared)", () => {
  type Row = Record<string, string>;
  const share = (rows: readonly Row[], model: string, field: string): [number, number] => {
    const own = rows.filter((row) => row["model"] === model);
    return [own.filter((row) => Number(row[field]) === 1).length, own.length];
  };

  describe("as in the paper (Chen, Zaharia and Zou 2023)", () => {
    test("code that runs: GPT-4 26 of 50, then 5; GPT-3.5 11, then 1", () => {
      const rows = parse<Row>(sharedText("llmdrift/LEETCODE_EASY_EVAL.csv"), { columns: true });
      const of = (model: string) => share(rows, `openaichat/${model}`, "Directly Usable");
      expect([of("gpt-4-0314"), of("gpt-4-0613")]).toEqual([
        [26, 50],
        [5, 50],
      ]);
      expect([of("gpt-3.5-turbo-0301"), of("gpt-3.5-turbo-0613")]).toEqual([
        [11, 50],
        [1, 50],
      ]);
    });

    test("sensitive questions that are answered: GPT-4 21 %, then 5; GPT-3.5 2 %, then 8", () => {
      const rows = parse<Row>(sharedText("llmdrift/SENSITIVEQ_EVAL.csv"), { columns: true });
      const percent = (model: string): number => {
        const [answered, all] = share(rows, `openaichat/${model}`, "Response Rate");
        return Math.round((100 * answered) / all);
      };
      expect(["gpt-4-0314", "gpt-4-0613", "gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613"].map(percent)).toEqual([
        21, 5, 2, 8,
      ]);
    });
  });
});
