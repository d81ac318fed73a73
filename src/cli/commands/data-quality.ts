import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { JudgePlan } from "../../domain/judge.ts";
import { QualityResult } from "../../domain/quality.ts";
import { QualityRequest } from "../../domain/quality-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data quality`: finds the rows that are worth training on. */
export default defineCommand({
  description:
    "Check dialogue and instruction rows for quality: model refusals and boilerplate, template marks, placeholders, repetition, answers that are truncated or in another language, code that does not parse. Each dropped row has a reason; the kept rows are summarised. The rules of Gopher, C4 and FineWeb are for web pages: most dialogue rows break them. With --judge a model scores the kept rows from 1 to 5: its answers are stored in .tunewright/judge, so that none is paid for twice.",
  args: ["file"],
  options: QualityRequest,
  output: z
    .union([QualityResult, JudgePlan])
    .describe("the findings; with --judge-dry-run the questions for the model"),
  examples: [
    "data quality train.jsonl",
    "data quality train.jsonl --profile instruct --out good.jsonl --dropped bad.jsonl",
    "data quality train.jsonl --allow refusal --allow placeholder",
    "data quality pages.jsonl --profile gopher --text-field text",
    "data quality train.jsonl --judge https://api.openai.com --judge-model gpt-4o-mini --judge-dry-run",
    "data quality train.jsonl --judge http://localhost:8000 --judge-model stub --judge-free --judge-min 3 --yes",
  ],
  run: async (io, request, stated) => {
    const { judgeQuality } = await import("../../programme/datasets/judge-quality.ts");
    const { qualityText } = await import("../../curate/quality/quality-text.ts");
    const { judgeEnding, judgePlanText } = await import("../../curate/judge/judge-text.ts");
    const found = await judgeQuality(io, { request, stated });
    if ("plan" in found) return { json: found.plan, text: () => judgePlanText(found.plan) };
    const { result } = found;
    const { file, out, profile } = request;
    const ended = result.judge === null ? undefined : judgeEnding(result.judge);
    const again = ["data", "quality", ...file, "--profile", profile, "--out", "good.jsonl"];
    return {
      json: result,
      text: () => qualityText(result),
      ...(result.summary.rows === 0 ? { failed: `the profile ${profile} dropped every row` } : {}),
      ...(ended === undefined ? {} : { ended }),
      ...(result.summary.rows === 0
        ? { next: "look at the dropped rows with --dropped FILE, and keep a reason with --allow REASON" }
        : out === undefined
          ? result.judge === null && { next: commandLine(again) }
          : { next: commandLine(["data", "split", out, "--out-dir", "split"]) }),
    };
  },
});
