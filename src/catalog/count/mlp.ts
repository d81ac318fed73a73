import type { ModelShape } from "../../domain/model-shape.ts";
import type { ArchitectureFlags, ShapeFacts } from "../architecture.ts";

const GATED: ReadonlySet<ModelShape["mlpKind"]> = new Set(["swiglu", "geglu"]);

/**
 * Number of matrices of an MLP: three with a gate (swiglu, geglu), otherwise two.
 *
 * @source Shazeer 2020, arXiv:2002.05202
 */
export function mlpMatrices(kind: ModelShape["mlpKind"]): number {
  return GATED.has(kind) ? 3 : 2;
}

/** Parameters of one dense MLP of width `width`; xIELU learns two numbers (arXiv:2411.13010). */
export function mlpParams(shape: ShapeFacts, flags: ArchitectureFlags, width: number): number {
  const matrices = mlpMatrices(shape.mlpKind);
  const biases = flags.mlpBias ? (matrices - 1) * width + shape.hidden : 0;
  return matrices * shape.hidden * width + biases + (shape.mlpKind === "xielu" ? 2 : 0);
}

/**
 * Parameters of one layer of experts: all, and those active per token.
 *
 * @returns router `h·E`, experts of three (two) matrices each, the shared expert, plus what the flags add
 * @source Jiang et al. 2024, arXiv:2401.04088; Dai et al. 2024, arXiv:2401.06066 (shared experts)
 */
export function expertParams(shape: ShapeFacts, flags: ArchitectureFlags): { total: number; active: number } {
  const { hidden: h, experts } = shape;
  if (experts === null) return { total: 0, active: 0 };
  const matrices = mlpMatrices(shape.mlpKind);
  const inner = flags.moeLatent ?? h; // experts may work in a narrower space, with one matrix in and one out
  const expert = matrices * inner * experts.mlp + (flags.expertBias ? (matrices - 1) * experts.mlp + inner : 0);
  const always =
    h * experts.total +
    (flags.routerBias ? experts.total : 0) +
    matrices * h * experts.sharedMlp +
    (flags.sharedGate ? h : 0) +
    (flags.moeLatent === undefined ? 0 : 2 * h * flags.moeLatent) +
    (flags.parallelDense ? mlpParams(shape, flags, shape.mlp) + h + experts.total : 0);
  return { total: always + experts.total * expert, active: always + experts.active * expert };
}
