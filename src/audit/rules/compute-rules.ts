import { commandLine } from "../../base/command-line.ts";
import { formatNumber } from "../../base/units.ts";
import { counted, usd } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import { type Estimate, isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { AuditFacts, RentalOption } from "../facts.ts";
import type { MethodComparison } from "../found-facts.ts";
import { noPrice, type Rule } from "../rule.ts";

/** Rule 1: all weights are tuned although the method rules recommend LoRA. */
export const loraWouldDo: Rule = {
  id: "full-fine-tune",
  number: 1,
  mistake: "full fine-tune although LoRA would be enough",
  check: (facts) => {
    const { study, place, shownDir } = facts;
    const { method } = study.training;
    const evidence = { place: place(["training", "method"]), says: `the method is ${method}` };
    if (method !== "full-sft") {
      return {
        state: "pass",
        text: `The method that is costed is ${method}, not a full fine-tune.`,
        evidence: [evidence],
      };
    }
    const action = commandLine(["plan", "method", shownDir]);
    const lora = study.method.ranking.find((advice) => advice.method === "lora");
    const why = lora?.why.map(({ text }) => text).join(" ") ?? "";
    const advice = { place: "ranking of methods", says: `LoRA is ${lora?.verdict ?? "not ranked"}. ${why}`.trim() };
    if (lora?.verdict !== "recommended") {
      return {
        state: "pass",
        text: "The method rules do not recommend LoRA for this task.",
        evidence: [evidence, advice],
      };
    }
    const { comparison } = facts;
    const compared = comparison === null ? [] : [comparisonEvidence(comparison)];
    if (fullGains(comparison)) {
      return {
        state: "pass",
        text: `All weights are tuned although the method rules recommend LoRA; ${GAIN_SHOWN}`,
        evidence: [evidence, advice, ...compared],
      };
    }
    return {
      state: "finding",
      text: `All weights are tuned; the method rules recommend LoRA. ${comparison === null ? "No evaluation of both is recorded, so there is no evidence of what the full fine-tune gains." : NO_GAIN_SHOWN}`,
      evidence: [evidence, advice, ...compared],
      price: loraSaving(facts),
      action,
    };
  },
};

/** The end of the text on a full fine-tune that an evaluation shows to be better. */
export const GAIN_SHOWN = "an evaluation of both shows what they gain.";

/** The end of the text on one that an evaluation does not show to be better. */
export const NO_GAIN_SHOWN = "An evaluation of both shows no gain of the full fine-tune.";

/** Whether an evaluation of both methods shows that all weights score higher: its whole interval is above 0. */
export function fullGains(comparison: MethodComparison | null): boolean {
  return (comparison?.interval?.low ?? 0) > 0;
}

/** The scores of a full fine-tune and of an adapter on the same items. */
export function comparisonEvidence({
  scorer,
  items,
  full,
  adapter,
  difference,
  interval,
}: MethodComparison): AuditEvidence {
  const targetText = ({ target, score }: MethodComparison["full"]): string =>
    `${target} ${score === null ? "unknown" : formatNumber(score, 3)}`;
  const gain = difference === null ? "unknown" : formatNumber(difference, 2);
  const range =
    interval === null ? "" : ` (95 %: ${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)})`;
  return {
    place: full.place,
    says: `${scorer} on ${counted(items, "item")}: all weights, ${targetText(full)}; adapter, ${targetText(adapter)}; difference ${gain}${range}`,
  };
}

/** Terms at the start of a sentence. */
const TERMS: Readonly<Partial<Record<string, string>>> = { spot: "Spot", "on-demand": "On-demand" };

/**
 * Compute of the programme times the share that LoRA saves; both runs are modelled, and equal quantiles are compared.
 */
export function loraSaving({ lora, study }: AuditFacts): Quantity {
  const { cost } = study.training;
  if (lora === null || isRefusal(lora.planned) || isRefusal(lora.lora) || isRefusal(cost)) {
    return noPrice("the compute of one of the two methods is unknown", "state what training needs");
  }
  const [full, small] = [lora.planned, lora.lora];
  const shares = [1 - small.p10 / full.p10, 1 - small.p50 / full.p50, 1 - small.p90 / full.p90].toSorted(
    (a, b) => a - b,
  );
  const [low, middle, high] = shares as [number, number, number];
  const saved = `1 − ${usd(small.p50)} / ${usd(full.p50)} USD per run as modelled from the rows, at the medians, LoRA on ${lora.fleet}`;
  if (middle <= 0) {
    return noPrice(
      `LoRA saves no compute here: a run as modelled from the rows costs ${usd(small.p50)} USD with LoRA on ${lora.fleet}, and ${usd(full.p50)} USD with all weights, at the medians`,
      "it saves memory only: compare smaller fleets",
    );
  }
  return {
    p10: Math.max(0, low) * cost.p10,
    p50: middle * cost.p50,
    p90: high * cost.p90,
    unit: "USD",
    basis: `compute of all runs × share saved (${saved})`,
    n: 0,
    sources: cost.sources,
  };
}

/** Rule 3: on-demand GPUs of a hyperscaler although a cheaper alternative is sufficient. */
export const onDemandHyperscaler: Rule = {
  id: "on-demand-hyperscaler",
  number: 3,
  mistake: "on-demand hyperscaler although spot or neocloud would be enough",
  check: (facts) => {
    const { programme, place, study } = facts;
    const { term, sellerClass, gpuUsdPerHour, gpu } = programme.training;
    const evidence = [
      { place: place(["training", "term"]), says: `the term is ${term}` },
      { place: place(["training", "sellerClass"]), says: `the seller is a ${sellerClass}` },
    ] as const;
    if (term !== "on-demand" || sellerClass !== "hyperscaler") {
      return { state: "pass", text: `The GPUs are ${term} of a ${sellerClass}.`, evidence };
    }
    const shown = gpu ?? study.training.gpu;
    const action = commandLine(["prices", "show", shown]);
    if (gpuUsdPerHour !== undefined) {
      const text = "Not checkable, because the price is that of your own contract: compare it with the list yourself.";
      return { state: "not-checkable", text, action, evidence };
    }
    const needs = staysWithSeller(facts);
    const options = facts.rentals.flatMap((option) => savingOf(option, facts, needs !== undefined) ?? []);
    const best = options.toSorted((a, b) => b.saving.p50 - a.saving.p50)[0];
    if (best === undefined) {
      const text =
        "Not checkable, because the price book has no other price of this GPU on that day that the plan may use.";
      return { state: "not-checkable", text, action, evidence };
    }
    if (best.saving.p50 <= 0) {
      return { state: "pass", text: `No other way to buy ${shown} is cheaper, interruptions included.`, evidence };
    }
    return {
      state: "finding",
      text: `${TERMS[best.option.term] ?? best.option.term} machines of a ${best.option.sellerClass} cost less, interruptions included.${needs?.text ?? ""}`,
      evidence: [...evidence, ...(needs === undefined ? [] : [needs.evidence])],
      price: best.saving,
      action,
    };
  },
};

/** Reason why the seller class cannot change: health data requires a contract that the price book does not cover. */
function staysWithSeller({
  programme,
  place,
}: AuditFacts): { text: string; evidence: { place: string; says: string } } | undefined {
  const { personalData } = programme.data;
  const { residency } = programme.requirements;
  if (personalData !== "phi" && residency === "none") return undefined;
  const isHealth = personalData === "phi";
  const field = isHealth ? ["data", "personalData"] : ["requirements", "residency"];
  const says = isHealth ? "health data: the seller must sign a BAA" : `data must stay: ${residency}`;
  return {
    text: " Only sellers of the same kind are compared, since the price book does not say who signs a BAA or where data stays. Ask the seller whether the contract covers its spot machines.",
    evidence: { place: place(field), says },
  };
}

function savingOf(
  option: RentalOption,
  { study }: AuditFacts,
  sameSellerOnly: boolean,
): { option: RentalOption; saving: Estimate } | undefined {
  const { gpuHours, usdPerGpuHour: paid } = study.training;
  const { usdPerGpuHour: other, billedFactor, term, sellerClass } = option;
  if (sameSellerOnly && sellerClass !== "hyperscaler") return undefined;
  if (isRefusal(gpuHours) || isRefusal(paid) || isRefusal(other) || billedFactor === null) return undefined;
  const ends = [
    gpuHours.p10 * (paid.p10 - other.p10 * billedFactor.p90),
    gpuHours.p50 * (paid.p50 - other.p50 * billedFactor.p50),
    gpuHours.p90 * (paid.p90 - other.p90 * billedFactor.p10),
  ];
  const [p10, p50, p90] = ends.toSorted((a, b) => a - b) as [number, number, number];
  const factor = term === "spot" ? ` × ${billedFactor.p50.toFixed(3)} for interruptions` : "";
  const basis = `${Math.round(gpuHours.p50)} GPU-hours × (${usd(paid.p50)} − ${usd(other.p50)}${factor}), ${term} ${sellerClass}; the same quantile of each price compared`;
  const saving = {
    p10: Math.max(0, p10),
    p50,
    p90,
    unit: "USD",
    basis,
    n: other.n,
    sources: [...paid.sources, ...other.sources],
  };
  return { option, saving };
}
