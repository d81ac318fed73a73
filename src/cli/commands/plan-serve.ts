import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { isRefusal } from "../../domain/estimate.ts";
import { ServePlan } from "../../domain/serve-plan.ts";
import { ServePlanRequest } from "../../domain/serve-request.ts";
import { defineCommand } from "../command.ts";
import { writePage } from "../write-output.ts";

/** `tunewright plan serve`: estimates the resources for serving a model, and the cost per million tokens. */
export default defineCommand({
  description:
    "Plan the serving of a model: memory, time to first token and per token, capacity at saturation and within an SLO, replicas for the peak, utilisation, GPU-hours a month, and US dollars per million tokens by load; each as a range.",
  args: ["dir"],
  options: ServePlanRequest,
  output: ServePlan,
  examples: [
    "plan serve --model Qwen/Qwen2.5-7B-Instruct --rate 5 --input-tokens 1200 --output-tokens 250",
    "plan serve --model meta-llama/Llama-3.3-70B-Instruct --weights fp8 --tensor-parallel 4 --rate 2 --html serving.html",
    "plan serve --model meta-llama/Llama-3.1-8B-Instruct --concurrency 64 --slo-ttft-ms 500 --slo-tpot-ms 30",
    "plan serve --model meta-llama/Llama-3.1-8B-Instruct --rate 20 --measured loadtest.json",
    "plan serve my-programme --input-tokens 1500 --output-tokens 250",
  ],
  run: async (io, request, stated) => {
    const { planServing } = await import("../../programme/planning/plan-serve.ts");
    const { serveText } = await import("../../plan/serve-plan/serve-text.ts");
    const plan = await planServing(io, { request, stated });
    if (request.html !== undefined) {
      const { servePage } = await import("../../plan/serve-plan/serve-page.ts");
      await writePage(io, request.html, servePage(plan, { day: isoDay(io.now()) }));
    }
    const { requestsPerSec } = plan.capacityAtSlo;
    return {
      json: plan,
      text: () => serveText(plan),
      next: `serve the model, then: ${commandLine(loadTestWords(plan))}`,
      ...(isRefusal(requestsPerSec) ? { failed: requestsPerSec.refused } : {}),
    };
  },
});

/** The load test that would verify the estimate: the same requests under the same SLO. */
function loadTestWords({ spec, capacityAtSlo, memory }: ServePlan): string[] {
  const { requestsPerSec: most } = capacityAtSlo;
  const from = isRefusal(most) ? 1 : Number((most.p10 / 2).toPrecision(2));
  const lengths: [flag: string, value: number][] = [
    ["--input-tokens", Math.round(spec.inputTokens)],
    ["--input-cv", Number(spec.inputCv.toFixed(2))],
    ["--output-tokens", Math.round(spec.outputTokens)],
    ["--output-cv", Number(spec.outputCv.toFixed(2))],
    ["--gpu-count", memory.gpus],
  ];
  const slo = `ttft=${spec.sloTtftMs},tpot=${spec.sloTpotMs}`;
  const attainment = String(Number(spec.sloPercentile.slice(1)) / 100);
  const search = ["--find-capacity", "--slo", slo, "--attainment", attainment, "--rate", String(from)];
  const words = lengths.flatMap(([flag, value]) => [flag, String(value)]);
  return ["loadtest", "http://localhost:8000", ...search, ...words, "--gpu", spec.gpu];
}
