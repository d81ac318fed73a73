import { readFileSync } from "node:fs";

import * as z from "zod";

import { BaseCompute } from "../domain/base-compute.ts";

let rows: readonly BaseCompute[] | undefined;

/**
 * Training compute of base models: 54 rows of cards, reports and the Commission's own examples.
 *
 * @accuracy 6·P·D, which the Commission accepts within 30 %; hardware figures are 1-7 times higher if they include time
 * that does not update parameters (Llama 3.2 1B: distillation)
 * @source model cards and reports named in each row; Commission guidelines C(2025) 5045, Annex A
 */
export function allBaseCompute(): readonly BaseCompute[] {
  rows ??= z
    .array(BaseCompute)
    .parse(JSON.parse(readFileSync(new URL("./data/base-compute.json", import.meta.url), "utf8")));
  return rows;
}

/**
 * Training compute of the base of a model, found by Hub id or a common spelling; organisation, instruct, chat and
 * quantisation suffixes and release months are ignored. A model that its maker trained further from a base (Coder,
 * Math, distilled) gets the compute of that base, which is lower than its own and therefore the conservative
 * denominator.
 *
 * Its highest estimate is null, because the additional compute is not published. If two rows share the name (Phi-3-mini
 * before and after its update), the answer spans both.
 *
 * @returns undefined if it is not listed; a row with null compute if it is listed as not published. Both mean that the
 * fallback threshold applies.
 */
export function baseCompute(modelId: string): BaseCompute | undefined {
  const wanted = plainName(modelId);
  const same = allBaseCompute().filter((row) => [row.id, ...row.aliases].some((name) => plainName(name) === wanted));
  if (same.length > 0) return same.slice(1).reduce(span, same[0]!);
  const parent = allBaseCompute().find((row) => row.derived.some((name) => plainName(name) === wanted));
  if (!parent) return undefined;
  const note = `${modelId} was trained further from ${parent.id} (${parent.derivedSource ?? "model card"}); only the base's compute is counted`;
  return { ...parent, highFlop: null, note: parent.note === "" ? note : `${note}. ${parent.note}` };
}

const SUFFIX =
  /-(instruct|chat|it|pt|hf|base|thinking|gguf|gptq|awq|fp8|bf16|int4|int8|4bit|8bit|bnb|unsloth|qat|q4_0|preview|\d{4})$/;

/** A model's name without suffixes that do not affect its pre-training. */
function plainName(name: string): string {
  let plain = name
    .trim()
    .toLowerCase()
    .replace(/^.*\//, "")
    .replace(/ \(.*\)$/, "")
    .replaceAll(/[\s_]+/g, "-")
    .replace(/^meta-llama-/, "llama-")
    .replace(/^llama(\d)/, "llama-$1")
    .replace(/-instruct-(\d{4}|v[\d.]+)$/, "-$1");
  while (SUFFIX.test(plain)) plain = plain.replace(SUFFIX, "");
  return plain;
}

/** Merges two rows with the same name: the lower low end, the higher high end, both sources. */
function span(a: BaseCompute, b: BaseCompute): BaseCompute {
  const [low, high] = (a.lowFlop ?? Infinity) <= (b.lowFlop ?? Infinity) ? [a, b] : [b, a];
  return {
    ...low,
    highFlop: Math.max(low.highFlop ?? 0, high.highFlop ?? 0) || null,
    source: `${low.source}; ${high.source}`,
    note: `two releases share the name: ${low.id} and ${high.id}; the lower compute is the denominator`,
  };
}
