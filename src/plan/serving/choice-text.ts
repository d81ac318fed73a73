import { formatNumber } from "../../base/units.ts";
import { counted, usd } from "../../base/words.ts";
import { isRefusal, middleOf, type Quantity, type Refusal } from "../../domain/estimate.ts";
import { rangeText } from "../serve-plan/range-text.ts";
import { priceLines } from "../cost/price-line.ts";
import type { ServingChoice, ServingFleet } from "../../domain/serving-choice.ts";

/** Sentences on the chosen serving hardware, the next cheapest, and the requests used for sizing. */
export function choiceLines({ isStated, statedUsdPerMonth, chosen, runnerUp, requests }: ServingChoice): string[] {
  const isUnknown = middleOf(chosen.gpuUsdPerMonth) === undefined;
  const how = isStated ? "as stated" : isUnknown ? "" : "the cheapest found that meets the SLO";
  const next =
    runnerUp === null ? "" : `; next ${fleetWords(runnerUp)}, ${costWords(runnerUp.gpuUsdPerMonth)} USD a month`;
  const { inputTokens, outputTokens, text } = requests;
  const cost = isUnknown ? "its cost is unknown" : `${costWords(chosen.gpuUsdPerMonth)} USD a month for its GPUs only`;
  const served = `served on ${[fleetWords(chosen), ...(how === "" ? [] : [how])].join(", ")}: ${cost}${next}`;
  const weak = [chosen, ...(runnerUp === null ? [] : [runnerUp])].flatMap(({ gpu, priceNote }) =>
    priceNote === null ? [] : [`${gpu}: ${priceNote}`],
  );
  return [
    statedUsdPerMonth === null
      ? served
      : `serving.monthlyUsd counts, ${usd(Number(statedUsdPerMonth))} USD a month; an estimate to compare it with: ${served}`,
    `sized for requests of ${formatNumber(inputTokens)} input and ${formatNumber(outputTokens)} output tokens: ${text}`,
    ...slowEndLines(chosen),
    ...priceLines("serving", chosen.usdPerGpuHour),
    ...new Set(weak),
  ];
}

/** Text of a fleet: `1 replica of 2 × H100-80GB-SXM`. */
function fleetWords({ gpu, gpusPerReplica, replicas }: ServingFleet): string {
  return `${counted(replicas ?? 1, "replica")} of ${gpusPerReplica} × ${gpu}`;
}

function costWords(quantity: Quantity): string {
  const middle = middleOf(quantity);
  if (middle === undefined) return "an unknown number of";
  return `${usd(middle)} (${rangeText(quantity, usd)})`;
}

/** The cost of serving hardware, if its high end is unknown; undefined otherwise. */
export function slowEndOf({ gpuUsdPerMonth: cost }: ServingFleet): Refusal | undefined {
  return isRefusal(cost) && cost.known !== undefined && cost.known.p90 === undefined ? cost : undefined;
}

/** Why the high end of the serving cost is unknown, and with it every end that depends on it. */
function slowEndLines(fleet: ServingFleet): string[] {
  const cost = slowEndOf(fleet);
  if (cost === undefined) return [];
  return [`${cost.refused}: the high end of this cost and the late end of a payback are unknown; ${cost.hint}`];
}
