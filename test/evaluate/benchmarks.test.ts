import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { parseYaml } from "../../src/base/yaml.ts";
import { benchmarkItem, choiceItemsSha256 } from "../../src/evaluate/benchmarks/benchmark-items.ts";
import { inspectTask, lmEvalTask } from "../../src/evaluate/benchmarks/harness-task.ts";
import { KNOWN_BENCHMARKS } from "../../src/evaluate/benchmarks/known-benchmarks.ts";
import { describeShared, sharedRows } from "./shared-data.ts";

const fields = { index: 0, question: "question", answer: "answer" } as const;

describe("rows as items", () => {
  test.each([
    ["numeric", { question: "q", answer: "so\n#### 1,200" }, "1200"],
    ["numeric", { question: "q", answer: 7 }, "7"],
    ["exact", { question: "q", answer: " Paris " }, "Paris"],
    ["choice", { question: "q", choices: ["w", "x", "y", "z"], answer: 2 }, "C"],
    ["choice", { question: "q", choices: ["w", "x", "y", "z"], answer: "d" }, "D"],
  ] as const)("%s %j: the right answer is %s", (score, row, answer) => {
    expect(benchmarkItem(row, { ...fields, score })).toMatchObject({ id: "0", original: "q", answer });
  });

  test.each([
    ["numeric", { question: "q", answer: "four" }, "its answer is not a number"],
    ["numeric", { answer: "4" }, "it has no question"],
    ["exact", { question: "q" }, "it has no answer"],
    ["choice", { question: "q", choices: ["w", "x"], answer: 1 }, "it does not have four choices"],
    [
      "choice",
      { question: "q", choices: ["w", "x", "y", "z"], answer: 4 },
      "its answer is not one of A to D or 0 to 3",
    ],
  ] as const)("%s %j is refused: %s", (score, row, problem) => {
    expect(benchmarkItem(row, { ...fields, score })).toBe(problem);
  });

  test("choices are part of the question", () => {
    const item = benchmarkItem(
      { question: "q", choices: ["w", "x", "y", "z"], answer: 0 },
      { ...fields, score: "choice" },
    );
    expect((item as { question: string }).question).toMatch(/^q\nA\. w\nB\. x\nC\. y\nD\. z\n\nAnswer with the letter/);
  });
});

describe("tasks for the harnesses", () => {
  test("lm-evaluation-harness gets a task that generates, with the filter of the score", () => {
    const { name, files } = lmEvalTask({ name: "mmlu", score: "choice", maxTokens: 32 });
    const { value } = parseYaml(files["mmlu.yaml"]!, "mmlu.yaml");
    expect(name).toBe("mmlu");
    expect(value).toMatchObject({
      task: "mmlu",
      dataset_path: "json",
      dataset_kwargs: { data_files: { test: "items.jsonl" } },
      output_type: "generate_until",
      generation_kwargs: { until: [], temperature: 0, max_gen_toks: 32 },
      filter_list: [
        {
          name: "choice",
          filter: [
            { function: "regex", regex_pattern: String.raw`\b([A-D])\b`, group_select: -1 },
            { function: "take_first" },
          ],
        },
      ],
    });
  });

  test("Inspect gets a program with the scorer", () => {
    expect(inspectTask({ name: "gsm8k", score: "numeric", maxTokens: 32 }).files["task.py"]).toContain(
      "scorer=match(numeric=True)",
    );
    expect(inspectTask({ name: "x", score: "exact", maxTokens: 32 }).files["task.py"]).toContain("scorer=exact()");
  });
});

describeShared("GSM8K (needs ../shared)", () => {
  test("each of the 1,319 rows becomes an item with its number", () => {
    const rows = sharedRows<Record<string, unknown>>("gsm8k/test.jsonl");
    const items = rows.map((row, index) => benchmarkItem(row, { ...KNOWN_BENCHMARKS["gsm8k"]!.task!, index }));
    expect(items.filter((item) => typeof item === "string")).toEqual([]);
    expect(items).toHaveLength(1319);
    expect(items[0]).toMatchObject({ id: "0", answer: "18" });
  });
});

const MMLU = new URL("../../../shared/data/curation/decontam/", import.meta.url);

describe.skipIf(!existsSync(MMLU))("MMLU", () => {
  /** Items of the split test as the decontamination tool of AllenAI publishes them: a line for each choice. */
  const rows = (): { question: string; choices: string[]; answer: number }[] => {
    const items = new Map<number, { question: string; choices: string[]; answer: number }>();
    for (const part of [1, 2, 3, 4, 5, 6]) {
      const text = gunzipSync(readFileSync(new URL(`decon_mmlu_test-${part}.jsonl.gz`, MMLU))).toString("utf8");
      for (const line of text.trimEnd().split("\n")) {
        const { eval_instance_index: index, question, answer, is_correct: isRight } = JSON.parse(line) as Choice;
        const item = items.get(index) ?? { question, choices: [], answer: -1 };
        if (isRight) item.answer = item.choices.length;
        item.choices.push(answer);
        items.set(index, item);
      }
    }
    return [...items.values()];
  };

  test("its items have the known hash in any order, and with letters; with one answer changed they do not", () => {
    const all = rows();
    const known = KNOWN_BENCHMARKS["mmlu"]!.itemsSha256;
    expect(all).toHaveLength(14_042);
    expect(choiceItemsSha256(all, fields)).toBe(known);
    const lettered = all.toReversed().map((row) => ({ ...row, answer: "abcd"[row.answer] }));
    expect(choiceItemsSha256(lettered, fields)).toBe(known);
    expect(choiceItemsSha256([...all.slice(1), { ...all[0]!, answer: (all[0]!.answer + 1) % 4 }], fields)).not.toBe(
      known,
    );
  });
});

type Choice = { eval_instance_index: number; question: string; answer: string; is_correct: boolean };
