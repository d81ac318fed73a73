import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { BenchmarkContamination, ContaminatedRow, HitVerdict } from "../../domain/decontaminate.ts";
import { DecontaminateRequest } from "../../domain/decontaminate-request.ts";
import { JudgePlan } from "../../domain/judge.ts";
import { type Answer, defineCommand } from "../command.ts";
import type { Io } from "../io.ts";

/** `tunewright data decontaminate`: finds rows that contain items of benchmarks or of a test set. */
export default defineCommand({
  description:
    "Find the rows that contain an item of a benchmark, a test set or a replay set, each with the matching text as it is in the row, personal data included; --out drops them. Verdicts on hits are kept in a file and apply to later runs. With --judge a model decides which rows near an item paraphrase it, which word matching cannot find.",
  args: ["file"],
  options: DecontaminateRequest,
  output: z
    .union([ContaminatedRow, BenchmarkContamination, z.array(HitVerdict), JudgePlan])
    .describe(
      "one line per row with hits, in order; one per benchmark with --by-item; the written verdicts with --keep or --drop; the questions for the model with --judge-dry-run",
    ),
  examples: [
    "data decontaminate train.jsonl --against HumanEval.jsonl.gz --against gsm8k_test.jsonl",
    "data decontaminate train.jsonl --against test.jsonl:question=body,answer=queue --out clean.jsonl",
    "data decontaminate train.jsonl --against mmlu.parquet --method ngram-13 --by-item",
    "data decontaminate --verdicts verdicts.jsonl --keep 0123456789abcdef --reason 'a public proverb' --by Finance",
    "data decontaminate train.jsonl --against gsm8k_test.jsonl --judge https://api.openai.com --judge-model gpt-4o-mini --judge-dry-run",
  ],
  run: async (io, request, stated) => {
    if (request.keep !== undefined || request.drop !== undefined) return verdictAnswer(io, request);
    const { decontaminate } = await import("../../programme/datasets/decontaminate.ts");
    const { byItemText, decontaminateText } = await import("../../curate/decontaminate/decontaminate-text.ts");
    const found = await decontaminate(io, { request, stated });
    if ("plan" in found) {
      const { judgePlanText } = await import("../../curate/judge/judge-text.ts");
      return { json: found.plan, text: () => judgePlanText(found.plan) };
    }
    const { file, against, out, byItem, judge } = request;
    const again = ["data", "decontaminate", ...file, ...against.flatMap((text) => ["--against", text])];
    return {
      json: byItem ? itemLines(found.outcome) : found.rows,
      text: () => "",
      lines: async function* () {
        const outcome = await found.outcome();
        yield byItem ? byItemText(outcome) : decontaminateText(outcome);
      },
      ...(found.ended === undefined ? {} : { ended: found.ended }),
      ...(out === undefined && judge === undefined ? { next: commandLine([...again, "--out", "clean.jsonl"]) } : {}),
    };
  },
});

async function* itemLines(
  outcome: () => Promise<{ benchmarks: BenchmarkContamination[] }>,
): AsyncGenerator<BenchmarkContamination> {
  yield* (await outcome()).benchmarks;
}

async function verdictAnswer(io: Io, request: DecontaminateRequest): Promise<Answer<HitVerdict[]>> {
  const { decideHits } = await import("../../programme/datasets/decide-hits.ts");
  const made = await decideHits(io, request);
  const lines = made.map(({ key, verdict, reason, by, on }) => `${key}: ${verdict}, ${reason} (${by}, ${on})`);
  return { json: made, text: () => lines.join("\n") };
}
