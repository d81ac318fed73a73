import type { Refusal } from "../../domain/estimate.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { RowText } from "./row-text.ts";

/** Weights, loss and reference policy of a row. */
export type RowMethod = Pick<RunSpec, "method" | "objective" | "reference">;

/** Losses by common names, in the method column or elsewhere. */
const OBJECTIVES: readonly [RegExp, RunSpec["objective"]][] = [
  [/\bsimpo\b/i, "simpo"],
  [/\borpo\b/i, "orpo"],
  [/\bkto\b/i, "kto"],
  [/\bipo\b/i, "ipo"],
  [/\bdpo\b/i, "dpo"],
  [/\b(grpo|rlvr|rloo|dapo|reinforce(\+\+)?)\b/i, "grpo"],
  [/\bppo\b/i, "ppo"],
  [/\b(reward(-model(ling)?)?|rm)\b/i, "reward"],
];

/** Methods by their names in the method column. */
const METHODS: readonly [RegExp, RunSpec["method"]][] = [
  [/^(pretrain(ing)?|pt|cpt|continued[- ]pre-?training)$/i, "pretrain"],
  [/^(full|fft|full[- ]?(sft|ft|fine-?tun(e|ing)|parameters?)|sft)$/i, "full"],
  [/dora/i, "dora"],
  [/rs-?lora/i, "rslora"],
  [/^q-?lora/i, "qlora"],
  [/lora|adapter|peft/i, "lora"],
];

/**
 * Reads the method of a row. The method column names what is trained, or the loss; the columns of adapters and formats
 * state the rest. A frozen quantised base is QLoRA, regardless of its name.
 */
export function rowMethod(text: RowText): RowMethod | Refusal {
  const name = text("method");
  const said = OBJECTIVES.find(([pattern]) => pattern.test(name))?.[1];
  const trained = trainedOf(text, said !== undefined);
  if (trained === undefined)
    return {
      refused: `method ${name} is not covered`,
      hint: "name it full, pretrain, lora, qlora, dora, rslora, dpo, ipo, kto, orpo, simpo, reward, grpo or ppo",
    };
  // If the column already names a method or a related loss, the actual loss is stated outside it.
  const statedLoss = /^(lora|qlora|full|dpo|grpo)/i.test(name)
    ? OBJECTIVES.find(([pattern]) => pattern.test(wordsOutsideName(text)))?.[1]
    : undefined;
  const objective = name.toLowerCase() === "dpo" || said === undefined ? (statedLoss ?? said ?? "sft") : said;
  return {
    method: trained,
    objective,
    reference: /precompute_ref\w*=True/i.test(text("extra_facts")) ? "precomputed" : "auto",
  };
}

function trainedOf(text: RowText, isObjective: boolean): RunSpec["method"] | undefined {
  const isAdapted = text("lora_rank") !== "" || text("lora_targets") !== "";
  const named = METHODS.find(([pattern]) => pattern.test(text("method")))?.[1];
  const trained = named ?? (isObjective ? (isAdapted || text("quant") !== "" ? "lora" : "full") : undefined);
  // `sft` names only the loss.
  const adapted = trained === "full" && /^sft$/i.test(text("method")) && isAdapted ? "lora" : trained;
  if (adapted === "lora" && text("quant") !== "") return "qlora";
  if (adapted === "lora" && /exp=dora|[-_]dora\b|use_dora=True/i.test(text("extra_facts"))) return "dora";
  return adapted;
}

/**
 * Text outside the method column in which a loss is named as a setting rather than in a comparison: `loss=simpo`,
 * `SimPO`, `rlhf_type=kto`.
 */
function wordsOutsideName(text: RowText): string {
  const settings = /(?:loss(?:_type)?|rlhf_type|objective|pref_loss|algorithm)[=: ]+(\w+)/i.exec(
    text("extra_facts"),
  )?.[1];
  return `${settings ?? ""} ${/^(SimPO|ORPO|KTO|IPO)\b/i.exec(text("extra_facts"))?.[0] ?? ""}`;
}
