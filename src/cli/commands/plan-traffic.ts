import { commandLine } from "../../base/command-line.ts";
import { TrafficImport } from "../../domain/traffic-import.ts";
import { TrafficRequest } from "../../domain/traffic-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright plan traffic FILE...`: computes a month of traffic from usage exports. */
export default defineCommand({
  description:
    "Read usage exports (OpenAI's usage as CSV or JSON, LiteLLM spend logs, Langfuse observations, JSONL of requests) into an average month: tokens, requests, lengths, cached share, batches, peak-to-mean ratio, growth. Every row is used, skipped or rejected with its reason.",
  args: ["file"],
  options: TrafficRequest,
  output: TrafficImport,
  examples: [
    "plan traffic completions_usage.csv --out traffic.json",
    "plan traffic spend.csv --model gpt-4o --from 2026-10-01 --to 2026-10-31",
    "plan traffic requests.jsonl --tokenizer o200k_base --own-tokenizer tokenizer.json",
  ],
  run: async (io, request) => {
    const [{ planTraffic }, { trafficText }] = await Promise.all([
      import("../../programme/traffic/plan-traffic.ts"),
      import("../../programme/traffic/traffic-text.ts"),
    ]);
    const answer = await planTraffic(io, request);
    return {
      json: answer,
      text: () => trafficText(answer),
      next:
        answer.out === null
          ? commandLine(["plan", "traffic", ...request.file, "--out", "traffic.json"])
          : commandLine(["plan", "serve", "--traffic", answer.out]),
    };
  },
});
