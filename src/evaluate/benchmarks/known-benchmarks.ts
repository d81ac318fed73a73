import type { BenchmarkScore } from "../../domain/benchmark.ts";

/** A public benchmark that is known by name. */
export type KnownBenchmark = {
  title: string;
  /** Name of its published file. */
  file: string;
  /** Hash of that file; null for a benchmark that is published in several formats. */
  sha256: string | null;
  /** Hash of its items by `choiceItemsSha256`, for such a benchmark. */
  itemsSha256?: string;
  licence: string;
  source: string;
  /** Its task in a harness; undefined for benchmarks that Tunewright scores itself. */
  task?: { question: string; answer: string; score: BenchmarkScore };
  /** Lines of `eval/NAME.yaml` for those benchmarks. */
  scorer?: string;
};

/** Benchmarks by name, with the hashes of the files that were examined on 2026-11-29. */
export const KNOWN_BENCHMARKS: Readonly<Record<string, KnownBenchmark>> = {
  gsm8k: {
    title: "GSM8K",
    file: "test.jsonl",
    sha256: "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
    licence: "MIT",
    source: "github.com/openai/grade-school-math@3101c7d",
    task: { question: "question", answer: "answer", score: "numeric" },
  },
  mmlu: {
    title: "MMLU",
    file: "a file with question, choices and answer",
    sha256: null,
    itemsSha256: "c878bc67725e11bc7ee8beda6411287d06f47b278ebe7b526c277f09cd4dff41",
    licence: "MIT",
    source:
      "github.com/hendrycks/test: the 14,042 items of the split test, as in cais/mmlu (all) and github.com/allenai/decon@e1bcb80",
    task: { question: "question", answer: "answer", score: "choice" },
  },
  ifeval: {
    title: "IFEval",
    file: "input_data_en.jsonl",
    sha256: "48a13f6e56fcd38da37fb9a7da78277792643bb96a1b0e60e79405e6a5d10fca",
    licence: "Apache-2.0",
    source: "github.com/google-research/google-research, as in github.com/shisa-ai/M-IFEval@06f08ff",
    scorer: 'prompt: "{{prompt}}", scorers: [{ kind: ifeval }]; id field: key',
  },
  humaneval: {
    title: "HumanEval",
    file: "HumanEval.jsonl.gz",
    sha256: "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef",
    licence: "MIT",
    source: "github.com/openai/human-eval@6d43fb9",
    scorer:
      'prompt: "{{prompt}}", scorers: [{ kind: code, entryPoint: entry_point, before: prompt }]; id field: task_id',
  },
  "mt-bench": {
    title: "MT-Bench",
    file: "question.jsonl",
    sha256: "119565adbab82227089cefdb44c8d7e2cf04dc0a0ec233634c82e7d4e2a944f7",
    licence: "Apache-2.0",
    source: "github.com/lm-sys/FastChat@0e6d3e4b",
    scorer: 'prompt: "{{turns.0}}", a scorer of kind judge; id field: question_id',
  },
};
