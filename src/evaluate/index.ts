/**
 * `tunewright/evaluate`: items and prompts, scorers, checks of judges, paired comparisons of two models, gates, and readers
 * for the results of other tools. Answers come from the caller: nothing is asked here.
 */
export { JudgePrompt } from "../domain/evaluation-judge.ts";
export { EvaluationScorer } from "../domain/evaluation-scorer.ts";
export type { JudgeCheck } from "../domain/judge-check.ts";
export { JudgeThresholds } from "../domain/judge-thresholds.ts";
export { type BbqRow, type BbqScore, bbqScores } from "./bias/bbq.ts";
export { type GroupedScore, groupGaps } from "./bias/group-gaps.ts";
export { swapWords } from "./bias/swap-words.ts";
export { compareItems, type ComparedItems, type ItemPair, itemPairs } from "./compare/compare-items.ts";
export { junitXml, stepSummary } from "./compare/gate-files.ts";
export { type GateFacts, judgeGate } from "./compare/judge-gate.ts";
export { pairedScore, type ScorePair } from "./compare/paired-score.ts";
export type { ImportedRun } from "./imports/imported-run.ts";
export { inspectRun } from "./imports/inspect-log.ts";
export { lmEvalRun, lmEvalTasks } from "./imports/lm-eval-results.ts";
export { promptfooRuns } from "./imports/promptfoo-results.ts";
export { checkJudge, type JudgeTerms } from "./judge/check-judge.ts";
export { casePrompts, type CaseVerdict, type JudgedCase, panelLabel, readCaseVerdict } from "./judge/judge-prompt.ts";
export { type HeadlineTerms, judgedHeadline, type JudgedItem } from "./judge/judged-headline.ts";
export type { JudgedRow } from "./judge/judged-row.ts";
export { inspectLog } from "./report/inspect-log.ts";
export { conversation, fillPrompt, type FilledPrompt } from "./run/fill-prompt.ts";
export { type AnsweredItem, scoreItem, type TargetAnswer } from "./run/score-items.ts";
export { type BleuCounts, bleuCounts, corpusBleu, sentenceBleu } from "./score/bleu.ts";
export type { BleuTokeniser } from "./score/bleu-tokens.ts";
export { chrf } from "./score/chrf.ts";
export { followed } from "./score/ifeval/followed.ts";
export type { Instruction } from "./score/ifeval/instruction.ts";
export { scoreJson, type JsonWanted } from "./score/json-answer.ts";
export { passAtK } from "./score/pass-at-k.ts";
export { rouge, type RougeScore, type RougeType } from "./score/rouge.ts";
export { type ReadyScorer, readyScorers, scoreAnswer } from "./score/score-answer.ts";
export { summariseScore, summariseSlices } from "./score/summarise-scores.ts";
export { scoreToolCalls, type ToolCall, type WantedCalls } from "./score/tool-calls.ts";
export { wordF1 } from "./score/text-match.ts";
export { type EvalItem, evalItems, type ItemFields, type SetProblem, type SetRow } from "./set/eval-item.ts";
