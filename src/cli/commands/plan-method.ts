import { resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { wrapText } from "../../base/text-table.ts";
import { formatNumber } from "../../base/units.ts";
import { MethodQuestion } from "../../domain/method-question.ts";
import { MethodChoice } from "../../domain/study.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().optional().describe("Programme folder; flags override its facts, or replace the folder"),
  ...MethodQuestion.shape,
});

/** `tunewright plan method`: advises whether to fine-tune, and how, with reasons. */
export default defineCommand({
  description:
    "Advise whether to fine-tune at all, and rank the methods for the task: reasons with sources, data needed, memory, GPU-hours and cost of one run.",
  args: ["dir"],
  options: Options,
  output: MethodChoice,
  examples: [
    "plan method examples/contracts",
    "plan method --task extraction --goals format cost --model Qwen/Qwen2.5-7B --rows 14000 --mean-tokens 1200 --api-usd-per-month 22000",
    "plan method --task reasoning --goals reasoning --model Llama-3.1-8B --rows 20000 --verifiable-reward --api-usd-per-month 40000",
  ],
  run: async (io, { dir, ...question }) => {
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { answerMethod } = await import("../../programme/method/method-question.ts");
    const { readProgramme } = await import("../../programme/reading/read-programme.ts");
    const { methodText } = await import("../../plan/method/method-text.ts");
    const on = isoDay(io.now());
    const loaded = dir === undefined ? undefined : await readProgramme(resolve(io.cwd, dir), on);
    const { choice, model } = await answerMethod({
      question,
      loaded,
      cwd: io.cwd,
      on,
      hubCache: hubCacheOf(io.env),
      onStep: io.progress,
    });
    return {
      json: choice,
      text: () => `${methodText(choice, model)}${statedText(loaded?.programme.training.hoursPerRun)}`,
      next: dir === undefined ? "tunewright init my-programme" : commandLine(["feasibility", dir]),
    };
  },
});

/** Hours given in the programme apply to its planned method; the ranking compares estimates. */
function statedText(hours: number | undefined): string {
  if (hours === undefined) return "";
  return `\n\n${wrapText(`the programme states ${formatNumber(hours)} wall hours per run, which its cost uses; the hours of the ranking are estimates for every method`, 100)}`;
}
