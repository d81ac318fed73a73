import { formatCount, formatNumber, formatRange, formatUsd } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import type { EnvelopeCheck, ProgrammeCost } from "../../domain/cost.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { CostRequest, TrainingFacts } from "./cost-facts.ts";
import { plannedHours } from "./planned-work.ts";
import { withoutWords } from "./without-words.ts";

/** Tokens that the envelope of continued pre-training covers. */
const CORPUS_TOKENS = 50e9;

/** A published envelope: the name of its class, and the ids of its two rows. */
export type Envelope = { name: string; ids: { computeOnly: string; endToEnd: string } };

/** The published envelope for the size and method of a programme, if one covers it. */
export function envelopeOf({ method, paramCount }: TrainingFacts, corpusTokens: number): Envelope | undefined {
  if (paramCount === null) return undefined;
  const size =
    paramCount >= 6e9 && paramCount < 16e9 ? "7b-13b" : paramCount >= 60e9 && paramCount < 80e9 ? "70b" : undefined;
  const kind = method === "full-sft" ? "full" : method === "continued-pretraining" ? "pretrain" : "lora";
  if (size === undefined) return undefined;
  const isNear = corpusTokens >= CORPUS_TOKENS / 2 && corpusTokens <= CORPUS_TOKENS * 2;
  if (kind === "pretrain" && !(size === "70b" && isNear)) return undefined;
  const id = `envelope.${kind}-${size}`;
  return {
    name: `${kind === "full" ? "full fine-tuning" : kind === "pretrain" ? "continued pre-training" : "LoRA"} of ${size.toUpperCase().replace("-", " to ")}`,
    ids: { computeOnly: `${id}.compute.usd`, endToEnd: `${id}.end-to-end.usd` },
  };
}

/** Our two totals and their parts. */
type Totals = Pick<ProgrammeCost, "computeOnly" | "endToEnd" | "lines" | "categories">;

/**
 * Compares our totals with the published envelope of the programme's class: the position, the difference, and the
 * reason for using ours. Empty if no envelope covers the class.
 */
export function envelopeChecks(request: CostRequest, totals: Totals): EnvelopeCheck[] {
  const { programme, training, assumption } = request;
  const envelope = envelopeOf(training, programme.data.corpusTokens);
  if (envelope === undefined) return [];
  return (["computeOnly", "endToEnd"] as const).map((total): EnvelopeCheck => {
    const row = assumption(envelope.ids[total]);
    const ours = totals[total];
    const about = { total, class: envelope.name, assumption: row.id, low: row.p10, high: row.p90, ours };
    if (isRefusal(ours)) return { ...about, verdict: "unknown", times: null, reason: ours.refused };
    const { p50 } = ours;
    const verdict: EnvelopeCheck["verdict"] = p50 < row.p10 ? "below" : p50 > row.p90 ? "above" : "within";
    const end = verdict === "below" ? row.p10 : row.p90;
    const times = verdict === "within" ? null : verdict === "below" ? end / p50 : p50 / end;
    const why =
      verdict === "within"
        ? "the two agree"
        : total === "computeOnly"
          ? computeWords(request, { end, isBelow: verdict === "below" })
          : partsWords(totals);
    const reason = `${why}; ours is used, because it follows from this programme's own figures while the envelope covers any programme of its class`;
    return { ...about, verdict, times, reason };
  });
}

type Side = { end: number; isBelow: boolean };

/** Amount of compute that the envelope would pay for at our price, compared with the amount that the runs need. */
function computeWords(request: CostRequest, { end, isBelow }: Side): string {
  const { programme, training } = request;
  const { usdPerGpuHour, gpuHoursPerRun } = training;
  const hours = plannedHours(request);
  if (isRefusal(usdPerGpuHour) || isRefusal(gpuHoursPerRun) || isRefusal(hours)) return "the run is unknown";
  const price = usdPerGpuHour.p50;
  const words = [
    `at our ${price.toFixed(2)} USD its ${isBelow ? "low" : "high"} end is ${formatNumber(end / price)} GPU-hours`,
    `all runs here need ${formatNumber(hours.p50)}, ${formatNumber(gpuHoursPerRun.p50)} of them for one run`,
  ];
  if (training.method === "continued-pretraining" && training.paramCount !== null) {
    const flop = 6 * training.paramCount * programme.data.corpusTokens;
    const tflops = (gpuHours: number): string => formatNumber(flop / (gpuHours * 3600) / 1e12, 2);
    words.push(
      `for ${formatCount(programme.data.corpusTokens)} tokens once, those would be ${tflops(end / price)} model TFLOP/s per GPU against ${tflops(gpuHoursPerRun.p50)} in published measurements: it implies a slower set-up, repeated runs or a higher price`,
    );
  } else if (isBelow) words.push("longer rows, more rows, a larger sweep or a higher price would explain it");
  return words.join("; ");
}

/** The largest parts of our total. */
function partsWords({ categories, lines }: Totals): string {
  const largest = categories
    .flatMap(({ category, cost }) => (cost === null || category === "serving" ? [] : [{ category, usd: cost.p50 }]))
    .toSorted((a, b) => b.usd - a.usd)
    .slice(0, 3);
  const words = largest.map(({ category, usd }) => `${category} ${formatNumber(usd)}`).join(", ");
  const lacks = withoutWords(lines.filter(({ category }) => category !== "serving"));
  return `our largest lines at the medians: ${words}${lacks}; the envelope does not state its parts`;
}

/** One comparison in a sentence. */
export function envelopeSentence({
  total,
  class: name,
  low,
  high,
  verdict,
  times,
  reason,
  ours,
}: EnvelopeCheck): string {
  const what = total === "computeOnly" ? "training compute" : "the cost to launch with six months of maintenance";
  const range = `${formatUsd(low)}–${formatUsd(high)} USD for ${name}`;
  if (isRefusal(ours)) return `${what} cannot be compared with the published ${range}: ${reason}`;
  const reaches = verdict === "below" ? ours.p90 >= low : ours.p10 <= high;
  const also =
    verdict !== "within" && reaches ? ` (our ${formatRange(ours.p10, ours.p90)}, p10–p90, reaches into it)` : "";
  return `${what} of ${formatNumber(ours.p50)} USD at the median is ${placeWords(verdict, times)} the published ${range}${also}: ${reason}`;
}

/** Ratio from which a difference is stated as a factor; below it, as a percentage. */
const FACTOR_FROM = 1.5;

/** Position of our median relative to the envelope: the distance to the nearer end. */
function placeWords(verdict: EnvelopeCheck["verdict"], times: number | null): string {
  if (verdict === "within" || times === null) return "within";
  const isBelow = verdict === "below";
  const end = `the ${isBelow ? "low" : "high"} end of`;
  if (times >= FACTOR_FROM) return `${formatNumber(times, 2)} times ${isBelow ? "smaller than " : ""}${end}`;
  const apart = isBelow ? 1 - 1 / times : times - 1;
  return `${percent(apart)} ${isBelow ? "below" : "above"} ${end}`;
}
