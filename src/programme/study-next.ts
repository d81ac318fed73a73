import { formatRange } from "../base/units.ts";
import { sentence, usd } from "../base/words.ts";
import { type Quantity, isRefusal } from "../domain/estimate.ts";
import type { Risk } from "../domain/study.ts";
import type { StudyFacts } from "./study-facts.ts";

/** What could not be said, each with what would let it be said. */
export function studyUnknowns(facts: StudyFacts): string[] {
  const { training, cost, payback, aiAct, datasets, programme } = facts;
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
      ? ["What the data is like: no dataset file was scanned. List one under data.files."]
      : []),
    ...refusals.flatMap(([what, quantity]) =>
      isRefusal(quantity) ? [`${what}: ${quantity.refused}. ${sentence(quantity.hint)}.`] : [],
    ),
    ...lines.map((line) => `Cost of ${line.label}: ${line.reason ?? "unknown"}.`),
    ...(aiAct.baseFlop === null
      ? ["Training compute of the base model: not published; the fallback limit of the AI Act is used."]
      : []),
    "End of support of the base model: open-weights makers publish none; plan two to three migrations a year.",
    "Quality of the tuned model: no study can say it. The frozen test set and the first run will.",
    ...(programme.start === undefined
      ? ["The calendar: no start is set. Set start, and requirements.deadline where there is one."]
      : []),
  ];
}

/** What to decide next, in order. */
export function studyDecisions(facts: StudyFacts, risks: readonly Risk[]): string[] {
  const { programme, training, cost, method } = facts;
  const top = method.ranking[0];
  const fleet = training.fleet ? `${training.fleet.gpuCount} × ${training.fleet.gpu}` : "no fleet yet";
  const actions = new Set(risks.filter((risk) => risk.severity === "high").map((risk) => sentence(risk.action)));
  return [
    ...[...actions].map((action) => `${action}.`),
    ...(top ? [`Confirm the method: ${top.chain.join(", then ")} is ranked first.`] : []),
    `Confirm the fleet: ${fleet}, ${purchase(facts)}.`,
    `Approve a budget of ${usd(cost.endToEnd.p50)} USD (${formatRange(cost.endToEnd.p10, cost.endToEnd.p90, usd)}) with a cap, or change the plan.`,
    `Set ${programme.evaluation.frozenRows.toLocaleString("en-US")} test rows aside and freeze them before anything is labelled or trained.`,
    "Name who answers for data, for the first run and for the go-live.",
  ];
}

function purchase({ programme: { training } }: StudyFacts): string {
  return training.gpuUsdPerHour === undefined
    ? `${training.term} from a ${training.sellerClass}`
    : `at your own ${training.gpuUsdPerHour} USD per GPU-hour`;
}
