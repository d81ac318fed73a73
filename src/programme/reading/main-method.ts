import type { Programme } from "../../domain/programme.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { Problem } from "../folder/schema-problems.ts";

type Plan = Programme["training"];

/** The trained weights of a plan's runs, as a method; default: LoRA. */
export type TrainedWeights = Exclude<Plan["method"], "auto" | "dpo" | "grpo">;

/** True if a pass over preferences or rewards is the method itself. */
function isPass(method: Plan["method"]): method is "dpo" | "grpo" {
  return method === "dpo" || method === "grpo";
}

/** The trained weights of a plan's runs: those of its method, or of `training.weights` if that is DPO or GRPO. */
export function trainedWeights({ method, weights }: Pick<Plan, "method" | "weights">): TrainedWeights {
  if (isPass(method)) return weights ?? "lora";
  return method === "auto" ? "lora" : method;
}

/** The loss of a plan's runs: supervised, unless DPO or GRPO is the method; a supervised run before them is one more. */
export function mainObjective({ method }: Pick<Plan, "method">): RunSpec["objective"] {
  return isPass(method) ? method : "sft";
}

/**
 * A programme with DPO alone has its pairs as the planned rows, because nothing trains on other rows. Every other
 * programme is unchanged.
 */
export function withMainMethod(programme: Programme): Programme {
  const { training, data } = programme;
  const { method } = training;
  if (method !== "dpo" || training.sftFirst === true) return programme;
  return { ...programme, data: { ...data, plannedRows: data.preferencePairs } };
}

/** Settings that contradict DPO or GRPO as the method. */
export function mainMethodProblems({ training, data }: Programme): Problem[] {
  const { method, preferencePass, sftFirst, weights } = training;
  const field = (name: string): Problem["field"] => ["training", name];
  if (!isPass(method)) {
    return (["sftFirst", "weights"] as const)
      .filter((name) => training[name] !== undefined)
      .map((name) => ({
        field: field(name),
        text: `applies to method dpo or grpo, but the method is ${method}`,
        hint: `remove training.${name}, or set training.method to dpo or grpo`,
      }));
  }
  const problems: Problem[] = [];
  if (preferencePass !== "none")
    problems.push({
      field: field("preferencePass"),
      text: `a ${preferencePass} pass cannot follow method ${method}`,
      hint: `remove it, or set training.method to ${weights ?? "lora"} and training.preferencePass to the pass`,
    });
  if (method !== "dpo") return problems;
  if (data.preferencePairs === 0)
    problems.push({
      field: ["data", "preferencePairs"],
      text: "dpo trains on preference pairs, and none are planned",
      hint: "set data.preferencePairs to the number of pairs on hand or planned",
    });
  else if (sftFirst !== true && data.plannedRows !== 0 && data.plannedRows !== data.preferencePairs)
    problems.push({
      field: ["data", "plannedRows"],
      text: `${data.plannedRows} rows are planned, but dpo without a supervised run trains only on the ${data.preferencePairs} pairs`,
      hint: "set training.sftFirst to true to train on the rows first, or remove data.plannedRows",
    });
  return problems;
}

/** Settings that contradict several fleets. */
export function fleetProblems({ training }: Programme): Problem[] {
  if (training.fleets === undefined) return [];
  return (["gpu", "gpuCount", "gpuUsdPerHour", "hoursPerRun"] as const)
    .filter((name) => training[name] !== undefined)
    .map((name) => ({
      field: ["training", name],
      text: "applies to one fleet, but training.fleets states several",
      hint:
        name === "hoursPerRun" ? "remove it, or name one fleet" : `state it in training.fleets, or remove the fleets`,
    }));
}
