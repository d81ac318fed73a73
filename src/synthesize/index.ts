/**
 * `tunewright/synthesize`: recipes as data, the requests drawn from them, the checks of one answer, and the estimate of
 * a pilot. Pure functions: `tunewright/llm` calls the model.
 */
export { answerSchema, type DrawnRequest, requestDrawer } from "./draw-requests.ts";
export { estimateYield, type PilotYield } from "./estimate-yield.ts";
export type { SynthesisSource } from "./input.ts";
export type { AnswerPart, Recipe } from "./recipe.ts";
export { RECIPES } from "./recipes.ts";
export {
  ANSWER_CHECKS,
  type AnswerCheck,
  type AnswerJudges,
  type SynthesisReply,
  type VerifiedAnswer,
  verifyAnswer,
} from "./verify-answer.ts";
