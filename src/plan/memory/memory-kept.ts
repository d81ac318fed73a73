import { activeMlpWidth, adaptedLinears, hasGate, keyWidth } from "../layout/model-parts.ts";
import { adaptedLayers, type Terms } from "./memory-line.ts";

/** Tensors that one layer keeps for its backward, bytes per token, by what keeps them. */
type Kept = { norms: number; attention: number; mlp: number; inputs: number; adapters: number };

/**
 * What one layer of a library's own modules keeps where it is not recomputed.
 *
 * Autograd keeps of an operation what its backward reads, and a tensor once however many read it.
 * Norms: RMSNorm upcasts its input to fp32 and keeps that; LayerNorm keeps the two-byte input; where its scale is trained
 * the normalised tensor too. Attention: queries, keys, values and the output. MLP: input of the activation, and in a
 * gated one its output and the other half of the product; fused kernels keep a norm's input alone, in two bytes, and no
 * output of the activation. Inputs of linear layers: only where a layer's weight is
 * trained or is 4-bit (bitsandbytes' MatMul4Bit keeps its input whether it needs it or not). Adapters: the input of
 * each adapted layer, in fp32 a copy for each.
 *
 * @source derived from what autograd saves for each operation of a layer; training-model.md §1.5
 */
export function keptPerToken(terms: Terms): Kept {
  const { shape, spec, facts } = terms;
  const [h, f] = [shape.hidden, activeMlpWidth(shape)];
  const [q, kv] = [shape.heads * shape.headDim, keyWidth(shape)];
  const routed = shape.experts ? 2 * shape.experts.active * h : 0;
  const isSelective = spec.checkpointing === "selective";
  const attention = 2 * (q + 2 * kv) + (isSelective ? 0 : 2 * q);
  // Attention's output is the input of the projection after it: kept once, and only if not as the one then as the other.
  const output = facts.trainsBase && !isSelective ? 0 : q;
  return {
    norms: facts.fusedKernels ? 4 * h : (hasGate(shape) ? 8 * h : 2 * h) + (facts.trainsBase ? 4 * h : 0),
    // A fused projection keeps the whole of queries, keys and values alive for the values alone.
    attention: attention + (facts.fusedQkv ? 2 * (q + kv) : 0),
    mlp: (hasGate(shape) ? (facts.fusedKernels ? 4 : 6) : 2) * f + 2 * routed,
    inputs: facts.trainsBase || spec.method === "qlora" ? 2 * (2 * h + output + f) : 0,
    adapters: adapterInputs(terms),
  };
}

/** Inputs of adapted layers: PEFT casts each to fp32; in two bytes the layers that read one tensor share it. */
function adapterInputs(terms: Terms): number {
  const { shape, spec, facts } = terms;
  if (facts.adapterParams === 0 || facts.adapterKind === "prefix") return 0;
  if (facts.adapterKind === "scale") {
    const out = adaptedLinears(shape, "all-linear").reduce((sum, { outWidth }) => sum + outWidth, 0);
    return 2 * out; // A trained scale of each layer's output keeps that output.
  }
  const linears = adaptedLayers(terms);
  // A mask of one byte per element and, in two bytes, the tensor that dropout made.
  const dropped = facts.adapterDropout ? 1 : 0;
  if (facts.adapterInputCopies) return linears.reduce((sum, { inWidth }) => sum + (4 + dropped) * inWidth, 0);
  // Dropout makes each adapted module a tensor of its own; one matrix for queries, keys and values is one module.
  const tensorOf = (name: string): string =>
    dropped > 0 && !(facts.fusedQkv && READS[name] === "attention norm") ? name : (READS[name] ?? name);
  // Attention's output is kept already, unless it is recomputed or dropout made a new one.
  const isKept = ({ name }: { name: string }): boolean =>
    name === "o" && dropped === 0 && spec.checkpointing !== "selective";
  const read = linears.filter((each) => !isKept(each));
  const copies = [...new Map(read.map(({ name, inWidth }) => [tensorOf(name), inWidth])).values()];
  // The inputs of 4-bit layers are kept already, unless dropout made new ones.
  if (spec.method === "qlora" && dropped === 0) return 0;
  return copies.reduce((sum, width) => sum + (2 + dropped) * width, 0);
}

/** The tensor that a linear layer reads: those of one name are one tensor. */
const READS: Readonly<Record<string, string>> = {
  q: "attention norm",
  k: "attention norm",
  v: "attention norm",
  gate: "mlp norm",
  up: "mlp norm",
};
