import { commandLine } from "../../base/command-line.ts";
import { Comparison } from "../../domain/comparison.ts";
import { ComparisonRequest } from "../../domain/comparison-request.ts";
import { defineCommand } from "../command.ts";
import { writePage } from "../write-output.ts";

/** `tunewright plan compare`: compares ways to serve the same traffic. */
export default defineCommand({
  description:
    "Compare ways to serve the same traffic: APIs and their fine-tunes, hosts of open weights, adapters by the token, endpoints and GPUs by the hour, on demand, reserved and scaled to zero. Shows the cost and idle capacity of each, the volume at which one becomes cheaper than another, the conditions under which each is cheapest, and its value over two years.",
  args: ["dir"],
  options: ComparisonRequest,
  output: Comparison,
  examples: [
    "plan compare --model meta-llama/Llama-3.1-8B-Instruct --input-tokens-per-month 3e9 --output-tokens-per-month 6e8",
    "plan compare --model mistralai/Mistral-Nemo-Instruct-2407 --traffic traffic.json --api openai/gpt-4o --html compare.html",
    "plan compare --model Qwen/Qwen3-14B --traffic traffic.json --measured loadtest.json --investment-usd 60000",
    "plan compare my-programme --html compare.html",
  ],
  run: async (io, request, stated) => {
    const { planCompare } = await import("../../programme/planning/plan-compare.ts");
    const { compareText } = await import("../../plan/compare/compare-text.ts");
    const comparison = await planCompare(io, { request, stated });
    if (request.html !== undefined) {
      const { comparePage } = await import("../../plan/compare/compare-page.ts");
      await writePage(io, request.html, comparePage(comparison));
    }
    return { json: comparison, text: () => compareText(comparison), next: commandLine(nextWords(request, comparison)) };
  },
});

/** Suggests a load test or a serving estimate; after a measurement, the payback. */
function nextWords({ dir }: ComparisonRequest, { measured, model }: Comparison): string[] {
  if (measured === null) return ["plan", "serve", ...(dir === undefined ? ["--model", model] : [dir])];
  return dir === undefined ? ["plan", "compare", "--help"] : ["plan", "payback", dir];
}
