import * as z from "zod";

import { Failure } from "../base/failure.ts";
import { JudgeEndpoint, type JudgePlan } from "../domain/judge.ts";
import type { JudgeSetup } from "../curate/judge/judge-questions.ts";
import type { Io } from "./io.ts";

const { url, model, keyEnv, maxUsd, usdPerMtokInput, usdPerMtokOutput, free, maxTokens, concurrency, timeoutSec } =
  JudgeEndpoint.shape;

/** Flags of a model that judges. */
export const JUDGE_FLAGS = {
  judge: url.optional().describe(`Ask a model too. ${url.description!}`),
  judgeModel: model.optional().describe(model.description!),
  judgeKeyEnv: keyEnv,
  judgeMaxUsd: maxUsd,
  judgePriceIn: usdPerMtokInput,
  judgePriceOut: usdPerMtokOutput,
  judgeFree: free,
  judgeMaxTokens: maxTokens,
  judgeConcurrency: concurrency,
  judgeTimeoutSec: timeoutSec,
  judgeDryRun: z
    .boolean()
    .default(false)
    .describe("Show the estimate and the first question as it would be sent, and send nothing"),
};

const Flags = z.object(JUDGE_FLAGS);
type Flags = z.output<typeof Flags>;

/**
 * The judge that flags name; undefined where none does.
 *
 * @param given  names of the flags that stood on the command line
 * @throws Failure bad_input for flags of a judge without its address or its model
 */
export function judgeOf(flags: Flags, given: ReadonlySet<string>): JudgeEndpoint | undefined {
  const lone = [...given].find((field) => field.startsWith("judge") && field !== "judge");
  if (flags.judge === undefined) {
    if (lone === undefined) return undefined;
    throw new Failure("bad_input", `--${kebab(lone)} says nothing without --judge`, {
      hint: "name the endpoint: --judge http://localhost:8000",
    });
  }
  if (flags.judgeModel === undefined) {
    throw new Failure("bad_input", "which model judges? --judge-model is missing", {
      hint: "name it as the endpoint calls it: --judge-model gpt-4o-mini",
    });
  }
  return {
    url: flags.judge,
    model: flags.judgeModel,
    keyEnv: flags.judgeKeyEnv,
    maxUsd: flags.judgeMaxUsd,
    usdPerMtokInput: flags.judgePriceIn,
    usdPerMtokOutput: flags.judgePriceOut,
    free: flags.judgeFree,
    maxTokens: flags.judgeMaxTokens,
    concurrency: flags.judgeConcurrency,
    timeoutSec: flags.judgeTimeoutSec,
  };
}

/** Key, price and file of answers of a judge, in the folder of the command. */
export async function judgeSetupOf(io: Io, options: JudgeEndpoint): Promise<JudgeSetup> {
  const { judgeSetup } = await import("../programme/data-run/judge-setup.ts");
  return judgeSetup(options, {
    dir: io.cwd,
    env: io.env,
    now: io.now,
    untilInterrupted: io.untilInterrupted,
    agree: (plan) => agreeTo(io, plan),
    onProgress: (fraction) => io.progress("asking the judge", fraction),
  });
}

/** Says what would be sent and paid, and asks where it leaves this machine or costs something. */
export async function agreeTo(io: Io, plan: JudgePlan): Promise<boolean> {
  const { judgePlanLines } = await import("../curate/judge/judge-text.ts");
  for (const line of judgePlanLines(plan)) io.note(line);
  if (plan.isThisMachine && plan.maxUsd === null) return true;
  return io.confirm(`Send ${plan.estimate.questions - plan.estimate.known} questions with rows in them?`);
}

function kebab(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
