import { flagName } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { JudgeSetup } from "../../curate/judge/judge-questions.ts";
import { judgePlanLines } from "../../curate/judge/judge-text.ts";
import type { JudgeEndpoint, JudgePlan } from "../../domain/judge.ts";
import type { JudgeRequest } from "../../domain/judge-request.ts";
import { judgeSetup } from "./judge-setup.ts";

/**
 * The judge named in a request; undefined if there is none.
 *
 * @param stated names of the fields that were stated
 * @throws Failure bad_input for flags of a judge without its address or model
 */
export function judgeOf(request: JudgeRequest, stated: ReadonlySet<string>): JudgeEndpoint | undefined {
  const lone = [...stated].find((field) => field.startsWith("judge") && field !== "judge");
  if (request.judge === undefined) {
    if (lone === undefined) return undefined;
    throw new Failure("bad_input", `${flagName(lone)} has no effect without --judge`, {
      hint: "name the endpoint: --judge http://localhost:8000",
    });
  }
  if (request.judgeModel === undefined) {
    throw new Failure("bad_input", "--judge-model is missing", {
      hint: "use the endpoint's name of the model: --judge-model gpt-4o-mini",
    });
  }
  return {
    url: request.judge,
    model: request.judgeModel,
    keyEnv: request.judgeKeyEnv,
    maxUsd: request.judgeMaxUsd,
    usdPerMtokInput: request.judgePriceIn,
    usdPerMtokOutput: request.judgePriceOut,
    free: request.judgeFree,
    maxTokens: request.judgeMaxTokens,
    concurrency: request.judgeConcurrency,
    timeoutSec: request.judgeTimeoutSec,
  };
}

/** Key, price and file of answers of a judge, for the folder of a request. */
export function judgeSetupOf(context: Context, judge: JudgeEndpoint): Promise<JudgeSetup> {
  return judgeSetup(judge, {
    dir: context.cwd,
    env: context.env,
    now: context.now,
    untilInterrupted: context.untilInterrupted,
    agree: (plan) => agreeToJudge(context, plan),
    onProgress: (fraction) => context.progress("asking the judge", fraction),
  });
}

/** Reports what would be sent and paid, and asks for confirmation if data leave this machine or there is a cost. */
export async function agreeToJudge(context: Pick<Context, "note" | "confirm">, plan: JudgePlan): Promise<boolean> {
  for (const line of judgePlanLines(plan)) context.note(line);
  if (plan.isThisMachine && plan.maxUsd === null) return true;
  return context.confirm(`Send ${plan.estimate.questions - plan.estimate.known} questions with rows in them?`);
}
