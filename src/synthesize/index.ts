/**
 * `tunewright/synthesize`: recipes as data, the requests that they draw, the checks of one answer, and what a pilot says
 * of the rest. Pure: `tunewright/llm` asks the model.
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
