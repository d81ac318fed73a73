import type { BenchmarkScore } from "../../domain/benchmark.ts";

/** A task for a harness: its files by name, relative to the folder where it runs. */
export type HarnessTask = { name: string; files: Record<string, string> };

/** Settings of a task. */
export type HarnessTaskOptions = { name: string; score: BenchmarkScore; maxTokens: number };

/** Name of the file with the items. */
export const ITEMS_FILE = "items.jsonl";

/** Name of the program that starts lm-evaluation-harness. */
export const LM_EVAL_START = "run.py";

/** The harness without its own tasks: indexing them takes 4 s of CPU time, more than most runs here. */
const LM_EVAL_PROGRAM = `from functools import partial

import lm_eval.tasks
from lm_eval.__main__ import cli_evaluate

lm_eval.tasks.TaskManager = partial(lm_eval.tasks.TaskManager, include_defaults=False)
cli_evaluate()
`;

const NUMBER = String.raw`(-?[0-9][0-9,]*(?:\.[0-9]+)?)`;
const LETTER = String.raw`\b([A-D])\b`;

/**
 * The task for lm-evaluation-harness: generated answers, because most endpoints provide no log-likelihoods of prompts.
 */
export function lmEvalTask({ name, score, maxTokens }: HarnessTaskOptions): HarnessTask {
  const pattern = { numeric: NUMBER, choice: LETTER, exact: undefined }[score];
  const filter = [
    "filter_list:",
    `  - name: ${score}`,
    "    filter:",
    ...(pattern === undefined
      ? []
      : ["      - function: regex", `        regex_pattern: '${pattern}'`, "        group_select: -1"]),
    "      - function: take_first",
  ];
  const metric = [
    "metric_list:",
    "  - metric: exact_match",
    "    aggregation: mean",
    "    higher_is_better: true",
    "    ignore_case: true",
    ...(score === "numeric" ? [String.raw`    regexes_to_ignore: [",", '\.0+$']`] : []),
  ];
  const lines = [
    `task: ${name}`,
    "dataset_path: json",
    "dataset_kwargs:",
    `  data_files: { test: ${ITEMS_FILE} }`,
    "test_split: test",
    "output_type: generate_until",
    'doc_to_text: "{{question}}"',
    'doc_to_target: "{{answer}}"',
    "generation_kwargs:",
    "  until: []",
    "  do_sample: false",
    "  temperature: 0",
    `  max_gen_toks: ${maxTokens}`,
    ...filter,
    ...metric,
    "metadata: { version: 1 }",
    "",
  ];
  return { name, files: { [`${name}.yaml`]: lines.join("\n"), [LM_EVAL_START]: LM_EVAL_PROGRAM } };
}

/** The task for Inspect: one user turn, and the appropriate scorer. */
export function inspectTask({ name, score, maxTokens }: HarnessTaskOptions): HarnessTask {
  const scorer = { numeric: "match(numeric=True)", choice: `pattern(r"(?s).*${LETTER}")`, exact: "exact()" }[score];
  const program = `from inspect_ai import Task, task
from inspect_ai.dataset import FieldSpec, json_dataset
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import exact, match, pattern
from inspect_ai.solver import generate


@task(name="${name}")
def benchmark():
    return Task(
        dataset=json_dataset("${ITEMS_FILE}", FieldSpec(id="id", input="question", target="answer")),
        solver=[generate()],
        scorer=${scorer},
        config=GenerateConfig(temperature=0, max_tokens=${maxTokens}),
        version=1,
    )
`;
  return { name, files: { "task.py": program } };
}
