import { findGpu } from "../../catalog/gpus.ts";
import { amount, sentence, usd, whole } from "../../base/words.ts";
import type { ProgrammeCost } from "../../domain/cost.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { Risk } from "../../domain/study.ts";
import { budgetAmounts, budgetPhases } from "../../plan/budget/budget.ts";
import { PHASE_NAMES } from "../../plan/budget/budget-text.ts";
import type { Phase } from "../../plan/cost/phase.ts";
import { neverWords } from "../../plan/payback/never.ts";
import { withoutWords } from "../../plan/cost/without-words.ts";
import type { StudyFacts } from "./study-facts.ts";

/** Unknown values, each with a way to determine it. */
export function studyUnknowns(facts: StudyFacts): string[] {
  const { training, cost, payback, aiAct, datasets } = facts;
  const refusals: [what: string, quantity: Quantity][] = [
    ["Memory", training.memory.device],
    ["Hours of one run", training.hoursPerRun],
    ["Price of a GPU-hour", training.usdPerGpuHour],
    ["Monthly saving", payback.monthlySaving],
    ["Monthly serving cost", payback.monthlyServing],
    ["Break-even volume", payback.breakEvenTokensPerDay],
    ["Planned compute", aiAct.plannedFlop],
  ];
  const lines = cost.lines.filter((line) => line.cost === null);
  return [
    ...(datasets.length === 0
      ? ["The content of the data: no dataset file was scanned. List one under data.files."]
      : []),
    ...refusals.flatMap(([what, quantity]) =>
      isRefusal(quantity) && neverWords(quantity) === undefined
        ? [`${what}: ${quantity.refused}.${newHint(quantity)}`]
        : [],
    ),
    ...lines.map((line) => `Cost of ${line.label}: ${line.reason ?? "unknown"}.`),
    ...(aiAct.baseFlop === null
      ? ["Training compute of the base model: not published; the fallback limit of the AI Act is used."]
      : []),
    "End of support of the base model: open-weights makers publish none; plan two to three migrations a year.",
    "Quality of the tuned model: no study can predict it. The frozen test set and the first run will show it.",
    ...calendar(facts),
  ];
}

/** The hint for an unknown quantity, unless its reason already ends with it in other words. */
function newHint({ refused, hint }: Refusal): string {
  const object = hint.slice(hint.indexOf(" ") + 1);
  return refused.includes(object) ? "" : ` ${sentence(hint)}.`;
}

function calendar({ programme: { start, requirements }, on }: StudyFacts): string[] {
  if (start !== undefined) return [];
  return requirements.deadline === undefined
    ? ["The calendar: no start is set. Set start, and requirements.deadline if there is one."]
    : [
        `The calendar: no start is set, so the deadline of ${requirements.deadline} is compared with a start today, ${on}. Set start.`,
      ];
}

/** Next decisions, in order. */
export function studyDecisions(facts: StudyFacts, risks: readonly Risk[]): string[] {
  const { programme, training, cost, method } = facts;
  const top = method.ranking[0];
  const fleet = training.fleet ? `${training.fleet.gpuCount} × ${training.fleet.gpu}` : "no fleet yet";
  const actions = new Set(risks.filter((risk) => risk.severity === "high").map((risk) => sentence(risk.action)));
  return [
    ...[...actions].map((action) => `${action}.`),
    ...(top ? [methodDecision(facts, top.chain)] : []),
    `Confirm the fleet: ${fleet}, ${purchase(facts)}.${targetWords(programme.training)}`,
    ...approvalDecision(facts),
    ...budgetDecision(cost),
    `Set ${whole(programme.evaluation.frozenRows)} test rows aside and freeze them before anything is labelled or trained.`,
    ...replayDecision(programme.evaluation),
    "Name who is responsible for data, for the first run and for the go-live.",
  ];
}

/** The planned method, and the chain that the rules rank first if it does not contain that method. */
function methodDecision({ training: { facts } }: StudyFacts, chain: readonly string[]): string {
  const words = chain.join(", then ");
  return chain.includes(facts.method)
    ? `Confirm the method: ${words} is ranked first.`
    : `Confirm the method: ${facts.method} is planned, and the rules rank ${words} first.`;
}

/** Where runs start and with which Python, if the programme states it. */
function targetWords({ target, python = {} }: StudyFacts["programme"]["training"]): string {
  return [
    ...(target === undefined ? [] : [` Runs start on the target ${target} of targets.yaml (training.target).`]),
    ...Object.entries(python).map(
      ([library, path]) => ` Runs with ${library} use the Python ${path} (training.python).`,
    ),
  ].join("");
}

/** Approval of runs above a stated cost, which `train` requires. */
function approvalDecision({ programme, training: { costPerRun } }: StudyFacts): string[] {
  const { approveAboveUsd } = programme.training;
  if (approveAboveUsd === undefined) return [];
  const cost = isRefusal(costPerRun) ? "the cost of one is unknown" : `one is estimated at ${usd(costPerRun.p50)} USD`;
  return [
    `Name who approves a run that costs more than ${amount(approveAboveUsd)} USD (training.approveAboveUsd); ${cost}.`,
  ];
}

/** Decision on production prompts for testing later versions; none if none are planned. */
function replayDecision({ replayRows }: StudyFacts["programme"]["evaluation"]): string[] {
  if (replayRows === 0) return [];
  return [
    `Collect ${whole(replayRows)} anonymised production prompts for the replay set before launch, and refresh them every month.`,
  ];
}

/** The budget as `plan budget` would write it, by launch, maintenance and serving. */
function budgetDecision(cost: ProgrammeCost): string[] {
  const amounts = budgetAmounts(cost);
  if (amounts === undefined) return [];
  const parts = Object.entries(budgetPhases(amounts.lines))
    .filter(([, dollars]) => dollars !== "0.00")
    .map(([phase, dollars]) => `${PHASE_NAMES[phase as Phase]} ${usd(Number(dollars))}`);
  const lacks = withoutWords(cost.lines);
  return [
    `Approve a budget of ${amount(amounts.totalUsd)} USD (${parts.join(", ")})${lacks === "" ? "" : `${lacks},`} with a cap of ${amount(amounts.capUsd)}, or change the plan.`,
  ];
}

function purchase({ programme: { training }, training: { gpu } }: StudyFacts): string {
  const fleet = training.fleets?.find((owned) => owned.gpuUsdPerHour !== undefined && findGpu(owned.gpu).id === gpu.id);
  const own = training.gpuUsdPerHour ?? fleet?.gpuUsdPerHour;
  return own === undefined ? `${training.term} from a ${training.sellerClass}` : `at your own ${own} USD per GPU-hour`;
}
