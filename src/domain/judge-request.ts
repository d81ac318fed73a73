import * as z from "zod";

import { JudgeEndpoint } from "./judge.ts";

const { url, model, keyEnv, maxUsd, usdPerMtokInput, usdPerMtokOutput, free, maxTokens, concurrency, timeoutSec } =
  JudgeEndpoint.shape;

/** Fields of a request that specify the model that judges. */
export const JUDGE_FIELDS = {
  judge: url.optional().describe(`Also ask a model. ${url.description!}`),
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
    .describe("Show the estimate and the first question, without sending anything"),
};

/** A model that judges, as specified in a request. */
export type JudgeRequest = z.infer<z.ZodObject<typeof JUDGE_FIELDS>>;
