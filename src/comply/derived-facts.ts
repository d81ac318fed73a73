import type { FactValue, KnownFact } from "../domain/compliance.ts";
import type { Facts } from "./predicate.ts";

/** Minimum training compute that indicates a general-purpose model, FLOP (Commission guidelines C(2025) 5045, 2.1). */
const GPAI_FLOP = 1e23;

/** Training compute from which systemic risk is presumed, FLOP (Article 51(2)). */
const SYSTEMIC_FLOP = 1e25;

/** Error of a compute estimate: the amber band reaches this far on both sides of the threshold. */
const BAND = 0.3;

/**
 * Facts that follow from others: the one-third rule with its consequences, and the exemption for free and open-source
 * models. A stated value of one of them is replaced; nothing follows from unknown facts.
 * If 1.3 times the compute of the lineage is at most 1e23 / 3 FLOP, the answer is no, whatever the compute of the base
 * (universal floor): every general-purpose base has at least 1e23.
 *
 * @source Commission guidelines C(2025) 5045, section 3.2 and Annex A; the floor is derived from them
 */
export function deriveFacts(facts: Facts): KnownFact[] {
  const all = new Map(facts);
  const derived: KnownFact[] = [];
  const add = (id: string, value: FactValue, source: string): void => {
    all.set(id, value);
    derived.push({ id, value, source });
  };
  const number = (id: string): number | null => (typeof all.get(id) === "number" ? (all.get(id) as number) : null);
  const base = number("base.trainingFlop");
  const used = number("run.modificationFlop");
  const systemic = all.get("base.systemicRisk") ?? null;
  add("base.flopKnown", base !== null, "derived: whether base.trainingFlop is known");
  const threshold = (base ?? (systemic === true ? SYSTEMIC_FLOP : GPAI_FLOP)) / 3;
  add(
    "gpai.threshold",
    threshold,
    base === null
      ? "derived: fallback, one third of 1e23 FLOP (1e25 with systemic risk)"
      : "derived: base.trainingFlop / 3",
  );
  add("gpai.share", used === null ? null : used / (3 * threshold), "derived: run.modificationFlop / (3 x threshold)");
  add(
    "gpai.modifierIsProvider",
    byIndicator(all, used) ?? oneThird(used, threshold),
    "derived: the one-third rule with a band of 30 %, and 1e23 FLOP if the base is not general-purpose",
  );
  add(
    "gpai.isProvider",
    isProvider(all),
    "derived: by modification, from scratch, or because the maker excluded the Union",
  );
  add(
    "gpai.isSystemicProvider",
    isSystemic(all),
    "derived: provider, and base of systemic risk or more than 1e25 FLOP together",
  );
  add(
    "dist.fossExempt",
    isExempt(all),
    "derived: open licence, no monetisation, weights, architecture and usage public, no systemic risk",
  );
  return derived;
}

/**
 * The answer for a base that is not general-purpose: no if base and modification together are below 1e23 FLOP, whatever
 * the share. Null if the one-third rule decides.
 */
function byIndicator(facts: Facts, used: number | null): "no" | "amber" | null {
  const base = facts.get("base.trainingFlop");
  if (facts.get("base.isGpai") !== false || typeof base !== "number" || used === null) return null;
  return base + (1 + BAND) * used < GPAI_FLOP ? "no" : "amber";
}

function oneThird(used: number | null, threshold: number): "yes" | "no" | "amber" | null {
  if (used === null) return null;
  if ((1 - BAND) * used > threshold) return "yes";
  return (1 + BAND) * used <= threshold ? "no" : "amber";
}

function isProvider(facts: Facts): boolean | null {
  const modifier = facts.get("gpai.modifierIsProvider") ?? null;
  if (modifier === "yes" || facts.get("base.upstreamExcludesEU") === true) return true;
  if (facts.get("gpai.trainedFromScratch") === true) return facts.get("base.isGpai") === true ? true : null;
  if (modifier === "amber" || modifier === null || (facts.get("base.upstreamExcludesEU") ?? null) === null) return null;
  return false;
}

function isSystemic(facts: Facts): boolean | null {
  const provider = facts.get("gpai.isProvider") ?? null;
  if (provider !== true) return provider === false ? false : null;
  const together = Number(facts.get("base.trainingFlop") ?? 0) + Number(facts.get("run.modificationFlop") ?? 0);
  if (facts.get("base.systemicRisk") === true || together > SYSTEMIC_FLOP) return true;
  return (facts.get("base.systemicRisk") ?? null) === null ? null : false;
}

function isExempt(facts: Facts): boolean | null {
  const needs: readonly [id: string, value: boolean][] = [
    ["dist.fossLicence", true],
    ["dist.monetised", false],
    ["dist.weightsArchUsagePublic", true],
    ["gpai.isSystemicProvider", false],
  ];
  const values = needs.map(([id, wanted]) => {
    const value = facts.get(id) ?? null;
    return value === null ? null : value === wanted;
  });
  if (values.includes(false)) return false;
  return values.includes(null) ? null : true;
}
