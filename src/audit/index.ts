/**
 * `tunewright/audit`: rules over the facts of a programme, each with its evidence and price, and the replay of successive
 * halving over the curves of a search. Pure functions.
 */
export { auditDocument } from "./audit-page.ts";
export { auditAnswers, RULES } from "./audit-rules.ts";
export { auditText } from "./audit-text.ts";
export type { AuditFacts } from "./facts.ts";
export { type AshaSettings, type CurveRun, type ReplayedRun, replayAsha } from "./replay-asha.ts";
export type { Outcome, Rule } from "./rule.ts";
