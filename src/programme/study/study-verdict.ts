import { clause, minus, inDraws, sentence, usd, wholePercent } from "../../base/words.ts";
import { isRefusal, middleOf } from "../../domain/estimate.ts";
import type { Risk, Study } from "../../domain/study.ts";
import { GATE_RULES } from "../../plan/method/fine-tune-gate.ts";
import { forcedBy } from "../../plan/method/method-reading.ts";
import { monthsText, rangeText } from "../../plan/serve-plan/range-text.ts";
import { exceedsSlo } from "../../plan/serve-plan/slo-capacity.ts";
import { alternativeReason } from "./alternative-figures.ts";
import { breakEvenText } from "./break-even-text.ts";
import { type StudyFacts, filesWithRole, firstYearReturn, launchLacks } from "./study-facts.ts";

/** The recommendation with its reasons and, for go-if, its conditions. */
export type Verdict = Pick<Study, "verdict" | "reasons" | "conditions">;

/** A rule that can stop a programme or impose conditions; `reason` is undefined if it does not apply. */
type VerdictRule = { id: string; says: "no-go" | "go-if"; reason: (facts: StudyFacts) => string | undefined };

/** Risks whose high severity stops a programme: it cannot be trained at all. */
const STOPPING = new Set(["training.no-fleet"]);

/** Rules of the verdict. */
export const VERDICT_RULES: readonly VerdictRule[] = [
  {
    id: "method.no",
    says: "no-go",
    reason: ({ method }) => (method.fineTune === "no" ? "The method rules advise against fine-tuning." : undefined),
  },
  {
    id: "data.no-row",
    says: "no-go",
    reason: (facts) => {
      const files = filesWithRole(facts, "train", "preference", "corpus");
      return files.length > 0 && files.every((file) => file.validRows === 0)
        ? "No row of its training files can be trained on, so nothing is known about the data."
        : undefined;
    },
  },
  {
    id: "training.no-fleet",
    says: "no-go",
    reason: ({ training }) =>
      training.fleet === undefined || training.fleet.fits === "no"
        ? "None of the tried fleets fits the run."
        : undefined,
  },
  {
    id: "serving.slo",
    says: "no-go",
    reason: ({ serving }) =>
      serving !== null &&
      serving.statedUsdPerMonth === null &&
      exceedsSlo(serving.chosen.outputTokensPerSec) &&
      isRefusal(serving.chosen.outputTokensPerSec)
        ? `${sentence(serving.chosen.outputTokensPerSec.refused)}: the tuned model cannot be served as required.`
        : undefined,
  },
  {
    id: "payback.never",
    says: "no-go",
    reason: ({ payback: { neverShare } }) =>
      neverShare !== null && neverShare >= 0.5
        ? `Including serving and maintenance it never pays back ${inDraws(neverShare)}.`
        : undefined,
  },
  {
    id: "payback.loss",
    says: "no-go",
    reason: ({ payback }) => {
      const back = firstYearReturn(payback);
      if (back === undefined || back.roi.p50 >= 0) return undefined;
      const loss =
        back.roi.p90 !== undefined && back.roi.p90 < 0
          ? `After 12 months it has lost money even at the high end: a return of ${back.range} %, ${back.counts}.`
          : `After 12 months it has lost money at the median: a return of ${minus(wholePercent(back.roi.p50))} % (${back.range} %), ${back.counts}.`;
      return [loss, breakEvenText(payback)].filter((text) => text !== "").join(" ");
    },
  },
  {
    id: "method.only-if",
    says: "go-if",
    reason: ({ method }) =>
      method.fineTune === "only-if" ? "Fine-tuning is worthwhile if the conditions below are met." : undefined,
  },
  {
    id: "payback.unknown",
    says: "go-if",
    reason: ({ payback }) =>
      middleOf(payback.monthWithServing) === undefined && payback.neverShare === null
        ? "The payback is unknown."
        : undefined,
  },
];

/** Maximum length of the reason of a condition; the risk has the full text. */
const LONGEST_CLAUSE = 120;

/**
 * Go, no-go or go-if: stops first, then conditions, which are the high risks and those of the method rules. A negative
 * median return stops a programme even if an outside API is ruled out: not doing it is an alternative, and only a
 * larger value, which the reason states as a number, changes the return.
 */
export function studyVerdict(facts: StudyFacts, risks: readonly Risk[]): Verdict {
  const fired = VERDICT_RULES.flatMap((rule) => {
    const reason = rule.reason(facts);
    return reason === undefined ? [] : [{ says: rule.says, reason }];
  });
  const stops = fired.filter((rule) => rule.says === "no-go").map((rule) => rule.reason);
  const asked = new Set(askedByMethod(facts));
  const reasons = facts.method.fineTuneReasons.map((reason) => reason.text);
  if (stops.length > 0)
    return {
      verdict: "no-go",
      reasons: [...stops, ...spendReason(facts), ...alternativeReason(facts), ...reasons],
      conditions: [],
    };
  const high = risks.filter((risk) => risk.severity === "high" && !STOPPING.has(risk.id));
  const conditions = [
    ...asked,
    ...high.map((risk) => `${sentence(risk.action)}. ${sentence(clause(risk.text, LONGEST_CLAUSE))}.`),
  ];
  const binds = fired.map((rule) => rule.reason);
  const verdict = binds.length > 0 || conditions.length > 0 ? "go-if" : "go";
  const others = reasons.filter((reason) => !asked.has(reason));
  return { verdict, reasons: [...binds, ...paybackReason(facts), ...alternativeReason(facts), ...others], conditions };
}

/** Stated spend that contradicts the list price, with both numbers: a stop has no conditions that could show them. */
function spendReason({ alternatives }: StudyFacts): string[] {
  return alternatives.findings.map((finding) => `${finding}.`);
}

/** Conditions of the method rules: the sentences of the gate with only-if. */
function askedByMethod({ method }: StudyFacts): string[] {
  const rules = new Set(GATE_RULES.filter(({ says }) => says === "only-if").map(({ id }) => id));
  return method.fineTuneReasons.filter(({ rule }) => rules.has(rule)).map(({ text }) => text);
}

function paybackReason(facts: StudyFacts): string[] {
  const { monthWithServing, investment, monthlySaving, neverShare } = facts.payback;
  const months = monthsText(monthWithServing, neverShare);
  if (months === undefined) {
    const forced = forcedBy(facts.methodFacts);
    return forced === undefined
      ? []
      : [
          `An outside API is ruled out (${forced}), and the usage that the programme replaces has no price: it is a cost to approve.`,
        ];
  }
  const lacks = launchLacks(facts.cost);
  return [
    `${rangeText(investment, usd)} USD to launch${lacks === "" ? "" : `, ${lacks},`} against ${usd(middleOf(monthlySaving) ?? 0)} USD a month replaced: pays back in month ${months} with serving and maintenance and returns ${roi(facts)} after 12 months.`,
  ];
}

function roi({ payback: { roi12WithServing } }: StudyFacts): string {
  return middleOf(roi12WithServing) === undefined ? "unknown size" : `${rangeText(roi12WithServing, wholePercent)} %`;
}
