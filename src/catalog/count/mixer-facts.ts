import type { ModelShape } from "../../domain/model-shape.ts";
import type { ArchitectureFlags, MixerFacts, ShapeFacts } from "../architecture.ts";

/** Converts the mixer flags of a model to fields of `ModelShape`. */
export function mixerFacts(facts: ShapeFacts, flags: ArchitectureFlags): MixerFacts {
  const { pattern, parallelMixer, fp32State } = flags;
  const sizes = mixerSizes(facts, flags);
  const layers = parallelMixer ? facts.layers : facts.linearLayers;
  const [globals, headDim, kvHeads] = flags.global ?? [];
  return {
    attentionLayers: pattern === undefined ? facts.layers - facts.linearLayers : pattern.split("*").length - 1,
    recurrence: sizes === undefined || layers === 0 ? null : { ...sizes, layers, isStateFp32: fp32State },
    globalAttention: globals === undefined ? null : { layers: globals, headDim: headDim!, kvHeads: kvHeads! },
    sharedKvLayers: flags.sharedKv,
  };
}

type Sizes = Omit<NonNullable<ModelShape["recurrence"]>, "layers" | "isStateFp32">;

/**
 * Widths and state of one mixer. The low-rank projections of Mamba and of Kimi's gates are counted as outputs of the
 * hidden vector with as many weights.
 *
 * @source vLLM, `MambaStateShapeCalculator` (layers/mamba/mamba_utils.py, 2026-09): the shapes of both states by kind; the
 *   projections as in `linearMixerParams`
 */
function mixerSizes({ hidden, heads, headDim }: ShapeFacts, flags: ArchitectureFlags): Sizes | undefined {
  if (flags.mamba2 !== undefined) {
    const [own = 0, width = 0, groups = 0, state = 0, taps = 0] = flags.mamba2;
    const inner = own * width;
    const convolved = inner + 2 * groups * state;
    return { kind: "mamba2", inWidth: inner + convolved + own, outWidth: inner, state: inner * state, convolved, taps };
  }
  if (flags.mamba !== undefined) {
    const [inner = 0, state = 0, taps = 0, stepRank = 0] = flags.mamba;
    const steps = Math.round((inner * (2 * stepRank + 2 * state)) / hidden);
    return {
      kind: "mamba",
      inWidth: 2 * inner + steps,
      outWidth: inner,
      state: inner * state,
      convolved: inner,
      taps,
    };
  }
  if (flags.deltanet !== undefined) {
    const [keyHeads = 0, keyDim = 0, valueHeads = 0, valueDim = 0, taps = 0] = flags.deltanet;
    const [keys, values] = [keyHeads * keyDim, valueHeads * valueDim];
    return {
      kind: "gated-delta-net",
      inWidth: 2 * keys + 2 * values + 2 * valueHeads,
      outWidth: values,
      state: values * keyDim,
      convolved: 2 * keys + values,
      taps,
    };
  }
  if (flags.kda !== undefined) {
    const [own = 0, width = 0, taps = 0] = flags.kda;
    const inner = own * width;
    const gates = Math.round(2 * (width + (width * inner) / hidden));
    return {
      kind: "kimi-delta",
      inWidth: 3 * inner + gates + own,
      outWidth: inner,
      state: inner * width,
      convolved: 3 * inner,
      taps,
    };
  }
  if (flags.shortConv !== undefined) {
    const sizes = { inWidth: 3 * hidden, outWidth: hidden, state: 0, convolved: hidden, taps: flags.shortConv };
    return { kind: "short-convolution", ...sizes };
  }
  if (!flags.lightning) return undefined;
  const inner = heads * headDim;
  return { kind: "lightning", inWidth: 4 * inner, outWidth: inner, state: inner * headDim, convolved: 0, taps: 0 };
}
