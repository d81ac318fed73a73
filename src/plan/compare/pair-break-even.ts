import type { BreakEven } from "../../domain/comparison.ts";
import type { Quantity } from "../../domain/estimate.ts";
import { spread } from "../../base/quantile.ts";
import { evaluate, type Read } from "../uncertainty/simulate.ts";
import { leastVolume, leastVolumeBetween } from "./break-even.ts";
import { CAPACITY } from "./gpu-option.ts";
import { TOKENIZER } from "./api-option.ts";
import { estimateOf } from "./draws.ts";
import { DAYS_PER_MONTH, type Scene } from "./option-figures.ts";
import type { OptionModel } from "./option-model.ts";
import { now, totalCost, totalLine } from "./total-cost.ts";

/** Number of draws for which the crossing of a pair is searched. */
const SEARCHED_DRAWS = 200;

/**
 * Volume from which an hourly option costs no more than a per-token one, counting all parts.
 *
 * @param perSec  mean requests per second of the month, for the share of one replica
 */
export function pairBreakEven(
  option: OptionModel,
  against: OptionModel,
  { scene, perSec }: { scene: Scene; perSec: number },
): BreakEven {
  const { draws, outputTokensPerMonth, basis } = scene;
  const perDay = outputTokensPerMonth / DAYS_PER_MONTH;
  const volume = (x: Read): number => pairVolume(option, against, { scene, x });
  const count = option.line === undefined ? Math.min(SEARCHED_DRAWS, draws.count) : draws.count;
  const values = evaluate(draws.columns, count, volume);
  const neverShare = values.filter((value) => value === Infinity).length / count;
  const shareOf = (x: Read, value: number): number => (value * perSec * x(TOKENIZER)) / x(CAPACITY);
  const atMedian = volume(draws.median);
  const known = (unit: string, entry: Float64Array): Quantity => {
    if (neverShare >= 0.5) return refusal(option, against, neverShare);
    const { p90 } = spread(entry);
    // An end of "never" has no number. The largest crossing is used instead, and the share of "never" is reported
    // separately.
    const most = Math.max(...entry.filter(Number.isFinite));
    const finite = p90 === Infinity || Number.isNaN(p90) ? entry.map((value) => Math.min(value, most)) : entry;
    const late = neverShare > 0 ? `; never in ${Math.round(neverShare * 100)} % of the draws` : "";
    return estimateOf(finite, unit, `${basis}${late}`);
  };
  let draw = 0;
  const x: Read = (id) => draws.columns.get(id)![draw]!;
  const shares = new Float64Array(count);
  for (draw = 0; draw < count; draw++) shares[draw] = shareOf(x, values[draw]!);
  return {
    option: option.id,
    against: against.id,
    outputTokensPerDay: known(
      "tokens/day",
      values.map((value) => value * perDay),
    ),
    capacityShare: known("share", shares),
    neverShare,
    never: atMedian === Infinity,
  };
}

/** The break-even volume in one draw, or at the medians; Infinity for never. */
function pairVolume(option: OptionModel, against: OptionModel, { scene, x }: { scene: Scene; x: Read }): number {
  const { baseline, parity } = scene;
  const [line, other] = [option, against].map((optionModel) => totalLine(optionModel, { x, baseline, parity }));
  if (line !== undefined && other?.kind === "linear") return leastVolume(line, other);
  const usd = (optionModel: OptionModel) => (volume: number) =>
    totalCost(optionModel, { x, baseline, moment: { ...now(parity), volume } }).usd;
  return leastVolumeBetween(usd(option), usd(against));
}

function refusal(option: OptionModel, against: OptionModel, neverShare: number): Quantity {
  return {
    refused: `never: in ${Math.round(neverShare * 100)} % of the draws ${option.label} costs more than ${against.label} at every volume`,
    hint: "a cheaper GPU-hour, a faster replica (measure it) or a load with a lower peak may change that",
  };
}
