import { formatNumber } from "../base/units.ts";
import type { BaseCompute } from "../domain/base-compute.ts";
import type { AiActDelta } from "../domain/study.ts";
import { datesFrom } from "./ai-act-dates.ts";
import { ACT_SOURCES, doesNotMean, means, systemProvider } from "./ai-act-meaning.ts";
import {
  type Compute,
  FLOP_ERROR,
  hardwareFlop,
  type PlannedTraining,
  plannedCompute,
  plannedFlop,
  upperFlop,
} from "./planned-compute.ts";
import { flopText } from "./training-flop.ts";

/** Compute from which a model that generates language counts as general-purpose, FLOP (guidelines 2.1). */
const GPAI_FLOP = 1e23;
/** Compute from which systemic risk is presumed, FLOP (Article 51(2)). */
const SYSTEMIC_FLOP = 1e25;
/**
 * One third of the minimum compute of a general-purpose model: a training below it cannot reach the threshold of any
 * such base, known or unknown (before the 30 % error, it is 2.56e22 FLOP, about 7,200 H100-hours at peak). A base whose
 * own low estimate is below 10^23 keeps its lower limit: it may not have been general-purpose before.
 */
export const UNIVERSAL_FLOOR_FLOP = GPAI_FLOP / 3;

/** Input of the one-third rule. */
export type AiActRequest = PlannedTraining & {
  /** Compute of the base; undefined if it is not listed. */
  base: BaseCompute | undefined;
  /** Day of the answer, `YYYY-MM-DD`. */
  on: string;
};

type Threshold = { flop: number; text: string };
type Finding = { verdict: AiActDelta["verdict"]; sentence: string };

/**
 * Decides whether this training makes its owner the provider of a general-purpose model: the Commission's indicative
 * one-third rule over the compute of the lineage (including earlier runs on the same base), and the duty without a
 * threshold: Article 50 for whoever puts a modified generative system into service under their own name.
 * In order: scope; nothing known; base and result both below 10^23; the threshold with its band of ±30 %, and whether
 * the universal floor makes the base irrelevant; and above all of them the human judgement of a significant change. Not
 * legal advice.
 *
 * @source Commission guidelines C(2025) 5045 section 3.2 and Annex A (formally C(2025) 7719); C(2026) 5054 on Article
 * 50
 */
export function aiActDelta(request: AiActRequest): AiActDelta {
  const { facts, base, on } = request;
  const compute = plannedCompute(request);
  const threshold = thresholdOf(base);
  const { verdict, sentence } = judge(request, compute, threshold);
  return {
    verdict,
    sentence,
    plannedFlop: plannedFlop(request, compute),
    hardwareFlop: hardwareFlop(request),
    upperFlop: compute === null ? null : upperFlop(compute),
    thresholdFlop: threshold.flop,
    baseFlop: base?.lowFlop ?? null,
    baseSource: threshold.text,
    systemProvider: systemProvider(facts),
    means: [
      ...means({ facts, base, verdict }),
      ...(verdict === "not-in-scope" && compute
        ? [`If it were in scope: ${byCompute(request, compute, threshold).sentence}`]
        : []),
    ],
    doesNotMean: doesNotMean(verdict),
    deadlines: datesFrom(on),
    sources: [...ACT_SOURCES],
  };
}

function thresholdOf(base: BaseCompute | undefined): Threshold {
  if (base && base.lowFlop !== null)
    return {
      flop: base.lowFlop / 3,
      text: `${base.id}: ${base.source} (${base.verification})${base.note === "" ? "" : `; ${base.note}`}`,
    };
  const systemic = base?.systemicRisk === "above";
  const flop = (systemic ? SYSTEMIC_FLOP : GPAI_FLOP) / 3;
  const why = base ? `compute of ${base.id} is not published` : "compute of the base model is not in the catalogue";
  return {
    flop,
    text: `${why}: the fallback of one third of ${flopText(flop * 3)} FLOP (guidelines section 3.2)${base?.note ? `; ${base.note}` : ""}`,
  };
}

function judge(request: AiActRequest, compute: Compute | null, threshold: Threshold): Finding {
  const { facts } = request;
  if (facts.euMarket === false)
    return {
      verdict: "not-in-scope",
      sentence:
        "According to the programme, nothing is placed on the Union market or used there (compliance.euMarket), so the duties on general-purpose models are not triggered.",
    };
  if (facts.researchOnly === true)
    return {
      verdict: "not-in-scope",
      sentence:
        "According to the programme, the model serves research or internal, non-essential use only (compliance.researchOnly), so the duties on general-purpose models are not triggered.",
    };
  const finding = inside(request, compute, threshold);
  if (facts.euMarket === true) return finding;
  return {
    verdict: finding.verdict === "provider" ? "amber" : finding.verdict,
    sentence: `The programme does not state whether anything is placed on the Union market or used there (compliance.euMarket); if it is, the following holds. ${finding.sentence}`,
  };
}

/** The verdict for a model in the scope of the Act. */
function inside(request: AiActRequest, compute: Compute | null, threshold: Threshold): Finding {
  const { facts } = request;
  if (compute === null)
    return {
      verdict: facts.significantChange === true ? "amber" : "unknown",
      sentence: `The planned tokens and therefore the compute are unknown.${facts.significantChange === true ? ` ${SIGNIFICANT}` : ""} The limit would be ${flopText(threshold.flop)} FLOP.`,
    };
  const finding = byCompute(request, compute, threshold);
  if (facts.significantChange === true && finding.verdict === "not-provider")
    return { verdict: "amber", sentence: `${finding.sentence} ${SIGNIFICANT}` };
  return finding;
}

const SIGNIFICANT =
  "But the programme says that the tuning changes the model significantly (safety training removed, a new modality or wider generality), which is the test behind the indicator: have counsel review it.";

/** Steps 3 to 6: whether it is general-purpose, the floor, the threshold with its band. */
function byCompute({ base, shape }: AiActRequest, compute: Compute, threshold: Threshold): Finding {
  const up = upperFlop(compute);
  const share = `${formatNumber((100 * up) / threshold.flop, 2)} % of the limit`;
  const used = `All planned training uses at most ${flopText(up)} FLOP (${upperMethods(compute)})`;
  const limit = base?.lowFlop
    ? `one third of the ${flopText(base.lowFlop)} FLOP that trained ${base.id} is ${flopText(threshold.flop)} FLOP`
    : `the compute of ${base?.id ?? shape.id} is unknown, so the fallback limit of ${flopText(threshold.flop)} FLOP applies`;
  const no = "You do not become provider of a general-purpose model by this modification.";
  const high = base?.highFlop ?? null;
  if (high !== null && high < GPAI_FLOP) {
    const sum = `the base has at most ${flopText(high)} FLOP and with this training ${flopText(high + up)} FLOP`;
    return high + up < GPAI_FLOP
      ? {
          verdict: "not-provider",
          sentence: `${used}; ${sum}, both under the ${flopText(GPAI_FLOP)} FLOP that indicate a general-purpose model. ${no}`,
        }
      : {
          verdict: "amber",
          sentence: `${used}; ${sum}, which crosses the ${flopText(GPAI_FLOP)} FLOP that indicate a general-purpose model: the result may be a new one, have counsel review it.`,
        };
  }
  if (up <= threshold.flop) {
    const floor =
      up <= UNIVERSAL_FLOOR_FLOP
        ? ` Under ${flopText(UNIVERSAL_FLOOR_FLOP)} FLOP, a third of the minimum compute of any general-purpose model, this holds regardless of the base model's compute.`
        : "";
    return { verdict: "not-provider", sentence: `${used}, ${share}; ${limit}.${floor} ${no}` };
  }
  if (compute.low > threshold.flop)
    return {
      verdict: "provider",
      sentence: `All planned training uses about ${flopText(compute.low / (1 - FLOP_ERROR))} FLOP, above the limit even if ${FLOP_ERROR * 100} % too high; ${limit}. The Commission would treat you as provider of the modified model: Article 53 applies, limited to the modification.${base?.systemicRisk === "above" ? " The base has systemic risk, so the modified model is presumed to have it too: Article 55, and notification within two weeks (Article 52(1))." : ""}`,
    };
  return {
    verdict: "amber",
    sentence: `All planned training uses ${flopText(compute.low)} to ${flopText(up)} FLOP with its error of ±${FLOP_ERROR * 100} %, across the limit; ${limit}. Have counsel review it, or plan fewer tokens.`,
  };
}

/** The method that determines the bound, and the result of the other method. */
function upperMethods({ byTokens, byHardware }: Compute): string {
  if (byHardware === null) return "by tokens, 30 % error added";
  const hours = `${formatNumber(byHardware.gpuHours)} GPU-hours at half the GPU's peak`;
  return byHardware.flop > byTokens
    ? `${hours}; ${flopText(byTokens)} by tokens; 30 % error added`
    : `by tokens; ${hours} give ${flopText(byHardware.flop)}; 30 % error added`;
}
