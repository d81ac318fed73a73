import { commandLine } from "../../base/command-line.ts";
import { BenchmarkRequest, BenchmarkRun } from "../../domain/benchmark.ts";
import { defineCommand } from "../command.ts";

/** `tunewright eval benchmark`: runs a public benchmark with an external harness. */
export default defineCommand({
  description:
    "Run a public benchmark from a local file with lm-evaluation-harness or Inspect in your Python, against an OpenAI-compatible endpoint, and store the result as an evaluation: with intervals, the hash of the file, and the items that training files contain. Answers are generated; benchmarks that need log-likelihoods of the prompt are not run.",
  args: ["name"],
  options: BenchmarkRequest,
  output: BenchmarkRun.describe("the result, and which file it rests on"),
  examples: ["eval benchmark gsm8k --data test.jsonl --url http://localhost:8000 --model tuned --python .venv-eval"],
  run: async (io, request) => {
    const { runBenchmark } = await import("../../programme/evaluate/benchmarks/run-benchmark.ts");
    const { benchmarkText } = await import("../../evaluate/benchmarks/benchmark-text.ts");
    const { toolName } = await import("../tool-name.ts");
    const run = await runBenchmark(io, request, toolName());
    return {
      json: run,
      text: () => benchmarkText(run),
      next: commandLine(["eval", "report", run.result.id]),
    };
  },
});
