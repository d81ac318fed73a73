import { formatNumber, formatRange } from "../../../base/units.ts";
import { OLD_PRICE_DAYS } from "../../../catalog/price-note.ts";
import { type Estimate, isRefusal } from "../../../domain/estimate.ts";
import { endDay, scheduleText } from "../schedule.ts";
import type { StudyFacts } from "../study-facts.ts";
import { unusedInputs } from "../unused-inputs.ts";
import type { RiskRule } from "./risk-rule.ts";

/** Months after which an open-weights base has usually been superseded twice (two to three migrations a year). */
const OLD_BASE_MONTHS = 18;

/** Duration in days from which one run is a separate risk. */
const LONG_RUN_DAYS = 14;

/** Longest time in days that a base model remains the newest of its kind: two to three migrations a year. */
const BASE_LIFE_DAYS = 183;

/** Factor outside our range beyond which stated hours are implausible; our threshold. */
const FAR_HOURS = 10;

/** Methods that the plan states and the rules exclude, each with the first reason. */
function excludedMethods({ programme: { training }, method }: StudyFacts): { method: string; why: string }[] {
  const stated: readonly string[] = [training.method, training.preferencePass];
  return method.ranking
    .filter((advice) => advice.verdict === "excluded" && stated.includes(advice.method))
    .map((advice) => ({ method: advice.method, why: advice.whyNot[0]?.text ?? "see the ranking." }));
}

/** Risks of the training and its base model. */
export const TRAINING_RISKS: readonly RiskRule[] = [
  {
    id: "training.no-fleet",
    about: "no fleet fits the run",
    severity: ({ training }) => (training.fleet === undefined || training.fleet.fits === "no" ? "high" : undefined),
    text: ({ training }) =>
      `None of the tried fleets fits the run: ${training.fleet?.reason ?? training.fleets[0]?.reason ?? "no GPU has a price for this term and seller"}.`,
    action: "choose QLoRA, a shorter sequence, a smaller batch or more GPUs",
  },
  {
    id: "training.method-excluded",
    about: "a method or pass of the plan is one that the method rules exclude",
    severity: (facts) => (excludedMethods(facts).length > 0 ? "high" : undefined),
    text: (facts) =>
      excludedMethods(facts)
        .map(({ method, why }) => `The plan trains with ${method}, which the method rules exclude: ${why}`)
        .join(" "),
    action: (facts) => {
      const names = excludedMethods(facts).map(({ method }) => method);
      return `supply what ${names.join(" and ")} lacks, or remove it from training`;
    },
  },
  {
    id: "training.input-without-effect",
    about: "a stated field does not apply to the planned training or serving",
    severity: (facts) => (unusedInputs(facts).length > 0 ? "low" : undefined),
    text: (facts) => {
      const words = unusedInputs(facts).map(({ field, why }) => `${field} (${why})`);
      return `Stated, but without effect on the plan: ${words.join(", ")}.`;
    },
    action: "remove it, or plan what it applies to",
  },
  {
    id: "training.tight",
    about: "memory fits at the median but not at the high end",
    severity: ({ training }) => (training.fleet?.fits === "tight" ? "medium" : undefined),
    text: ({ training }) =>
      isRefusal(training.memory.device)
        ? ""
        : `Memory is tight: ${formatRange(training.memory.device.p10, training.memory.device.p90)} of ${formatNumber(training.memory.capacityGib)} GiB.`,
    action: "try one step on the GPU before you book the run, or halve the batch",
  },
  {
    id: "training.pass-memory",
    about: "the pass after the runs needs more memory than their fleet has; low if only at the high end",
    severity: ({ training: { passMemory, memory } }) =>
      passMemory === undefined || isRefusal(passMemory) || passMemory.p90 <= memory.capacityGib
        ? undefined
        : passMemory.p50 > memory.capacityGib
          ? "medium"
          : "low",
    text: ({ programme, training: { passMemory, memory } }) =>
      passMemory === undefined || isRefusal(passMemory)
        ? ""
        : `At the batch of the runs the ${programme.training.preferencePass.toUpperCase()} pass needs ${formatRange(passMemory.p10, passMemory.p90)} of ${formatNumber(memory.capacityGib)} GiB per GPU.`,
    action: "use a smaller batch with more accumulation for the pass, or a larger GPU",
  },
  {
    id: "training.memory-unknown",
    about: "memory is not estimated",
    severity: ({ training }) => (training.fleet?.fits === "unknown" ? "medium" : undefined),
    text: ({ training }) => `Memory is not estimated: ${training.fleet?.reason ?? "refused"}.`,
    action: "measure one step on the GPU before you book the run",
  },
  {
    id: "training.stated-hours",
    about: "the stated hours are outside our range; high if by a factor of ten",
    severity: ({ programme: { training }, training: { modelledHoursPerRun: ours } }) =>
      training.hoursPerRun === undefined || isRefusal(ours)
        ? undefined
        : statedHoursSeverity(training.hoursPerRun, ours),
    text: ({ programme: { training }, training: { modelledHoursPerRun: ours } }) =>
      isRefusal(ours)
        ? ""
        : `The programme states ${formatNumber(training.hoursPerRun ?? 0)} h per run; we estimate ${formatRange(ours.p10, ours.p90)} h. The stated hours are used.`,
    action: "time a hundred steps on the GPU, and plan with their speed",
  },
  {
    id: "training.old-price",
    about: "the price of the GPU was last seen long ago",
    severity: ({ priceAgeDays }) => (priceAgeDays !== null && priceAgeDays > OLD_PRICE_DAYS ? "low" : undefined),
    text: ({ priceAgeDays }) =>
      `The oldest price behind the GPU-hour was seen ${formatNumber(priceAgeDays ?? 0)} days ago; rentals move by 40-50 % in a year.`,
    action: "ask for a quote and set training.gpuUsdPerHour",
  },
  {
    id: "training.spot",
    about: "spot machines are planned",
    severity: ({ programme }) => (programme.training.term === "spot" ? "low" : undefined),
    text: () => "Spot machines can be reclaimed at short notice: a run without checkpoints is lost completely.",
    action: "write checkpoints at least hourly and verify that a run resumes from one",
  },
  {
    id: "training.preference-pairs",
    about: "a preference pass is planned without pairs",
    severity: ({ programme: { training, data } }) =>
      training.preferencePass !== "none" && training.preferencePass !== "grpo" && data.preferencePairs === 0
        ? "medium"
        : undefined,
    text: ({ programme }) =>
      `A ${programme.training.preferencePass.toUpperCase()} pass is planned, but there are no preference pairs.`,
    action: "collect pairs and set data.preferencePairs, or drop the pass",
  },
  {
    id: "model.old-base",
    about: "the base model was released long ago",
    severity: (facts) => ((baseAgeMonths(facts) ?? 0) > OLD_BASE_MONTHS ? "medium" : undefined),
    text: (facts) => {
      const { shape } = facts.training;
      return `${shape.id} was released in ${shape.released ?? "an unknown month"}, ${baseAgeMonths(facts) ?? 0} months ago: newer bases may do the task without tuning.`;
    },
    action: "compare one newer base by prompting it on the frozen test set before labelling starts",
  },
  {
    id: "model.licence",
    about: "the licence of the base model is unknown or not permissive",
    severity: ({ training: { shape } }) =>
      shape.licence === null ? "medium" : isPermissive(shape.licence) ? undefined : "low",
    text: ({ training: { shape } }) =>
      shape.licence === null
        ? `The licence of ${shape.id} is not in the catalogue.`
        : `${shape.id} has the licence "${shape.licence}", which sets its own conditions.`,
    action: "have the licence checked for commercial use, naming duties and user limits",
  },
  {
    id: "model.config",
    about: "the model's config has fields that are not modelled",
    severity: ({ training }) => (training.notUnderstood.length > 0 ? "medium" : undefined),
    text: ({ training }) =>
      `The model's config has fields that the estimate does not model: ${training.notUnderstood.join(", ")}.`,
    action: "measure one step on the GPU before trusting memory and hours",
  },
  {
    id: "training.long-run",
    about: "a run or pass takes over two weeks; high if it outlives the base model",
    severity: (facts) =>
      runDays(facts) > BASE_LIFE_DAYS ? "high" : runDays(facts) > LONG_RUN_DAYS ? "medium" : undefined,
    text: (facts) => {
      const { fleet } = facts.training;
      const on = fleet === undefined ? "" : ` on ${fleet.gpuCount} × ${fleet.gpu}`;
      const outlives = runDays(facts) > BASE_LIFE_DAYS ? ", longer than a base model remains current" : "";
      return `The longest run takes ${formatNumber(runDays(facts))} days at the median${on}${outlives}: machines may fail during this time, and there is no result before the run ends.`;
    },
    action: "train on more GPUs, reduce the tokens, or show on a tenth of them that the run is worth its time",
  },
  {
    id: "schedule.deadline",
    about: "engineering and then all training runs in sequence miss the deadline",
    severity: (facts) => (isLate(facts, "p90") ? (isLate(facts, "p50") ? "high" : "medium") : undefined),
    text: (facts) =>
      `The work ends on ${endDay(facts, "p50")} at the median and ${endDay(facts, "p90")} at the high end, against a deadline of ${facts.programme.requirements.deadline ?? "unknown"}: ${scheduleText(facts)}.`,
    action: "move the deadline, train on more GPUs or several runs at once, put two people on it, or cut the scope",
  },
];

function baseAgeMonths({ training, on }: StudyFacts): number | undefined {
  const match = /^(\d{4})-(\d{2})/.exec(training.shape.released ?? "");
  if (!match) return undefined;
  return (Number(on.slice(0, 4)) - Number(match[1])) * 12 + Number(on.slice(5, 7)) - Number(match[2]);
}

function isPermissive(licence: string): boolean {
  return /^(apache|mit\b|bsd|cc-by-4|cc0)/i.test(licence);
}

function isLate(facts: StudyFacts, end: "p50" | "p90"): boolean {
  const { deadline } = facts.programme.requirements;
  return deadline !== undefined && endDay(facts, end) > deadline;
}

/** Days of the longest run at the median, including the pass after the others; 0 if unknown. */
function runDays({ training: { hoursPerRun, spec }, planned }: StudyFacts): number {
  const pass = planned.parts.find(({ id }) => id === "run.gpuHours.preference")?.gpuHours;
  const passHours = pass === undefined || isRefusal(pass) ? 0 : pass.p50 / spec.gpuCount;
  return Math.max(isRefusal(hoursPerRun) ? 0 : hoursPerRun.p50, passHours) / 24;
}

/**
 * Severity of stated hours: outside the range they are doubtful; beyond FAR_HOURS from its ends they belong to another
 * run.
 */
function statedHoursSeverity(stated: number, ours: Estimate): "high" | "medium" | undefined {
  if (stated < ours.p10 / FAR_HOURS || stated > ours.p90 * FAR_HOURS) return "high";
  return stated < ours.p10 || stated > ours.p90 ? "medium" : undefined;
}
