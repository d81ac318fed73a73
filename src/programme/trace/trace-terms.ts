import type { Instant, MemoryLine } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import type { Trace, TraceCounts, TraceInstant, TraceKinds, TraceOptions } from "../../domain/trace.ts";
import type { MemoryPhysics } from "../../plan/memory/memory.ts";

/** The trace's kind for a line of the closed form; other lines are activations of a layer. */
const KIND_OF_LINE: Readonly<Record<string, keyof TraceKinds>> = {
  weights: "weights",
  reference: "weights",
  critic: "weights",
  "reward-model": "weights",
  embeddings: "weights",
  adapters: "weights",
  gathered: "weights",
  "gathered-layer": "weights",
  autocast: "activations",
  gradients: "gradients",
  buckets: "gradients",
  unreduced: "gradients",
  "adapter-gradients": "gradients",
  optimizer: "optimizer",
  "adapter-state": "optimizer",
  "optimizer-temp": "temporaries",
  "adapter-temp": "temporaries",
  "gradients-so-far": "gradients",
  "merged-experts": "activations",
  checkpoints: "activations",
  activations: "activations",
  held: "activations",
  logits: "logits",
  logprobs: "logits",
};

/** Instants of the closed form and the corresponding ones of the trace. */
const SAME_INSTANT: readonly { formula: Instant; traced: TraceInstant; label: string }[] = [
  { formula: "loss", traced: "loss", label: "loss instant" },
  { formula: "layer", traced: "backward", label: "layer backward" },
  { formula: "optimizer", traced: "optimizer", label: "optimizer step" },
];

/** Terms of the trace compared with those of the closed form: the three instants, then their largest kinds. */
export function traceTerms(counts: TraceCounts, formula: MemoryPhysics): Trace["terms"] {
  const countsAt = (instant: TraceInstant): TraceCounts["instants"][number] | undefined =>
    counts.instants.find((entry) => entry.instant === instant);
  const instants = SAME_INSTANT.flatMap(({ formula: name, traced, label }) => {
    const point = countsAt(traced);
    const bytes = formula.instants.find(({ instant }) => instant === name)?.bytes;
    return point && bytes !== undefined ? [{ term: label, tracedBytes: point.bytes, formulaBytes: bytes }] : [];
  });
  const [loss, backward, optimizer] = [countsAt("loss"), countsAt("backward"), countsAt("optimizer")];
  if (!loss || !backward || !optimizer) return instants;
  // Adapters and their Adam state may be one line of the closed form, so they are compared together.
  const state = (kinds: TraceKinds): number => kinds.weights + kinds.optimizer;
  const sum = (instant: Instant, ...kinds: (keyof TraceKinds)[]): number => bytesOf(formula.lines, instant, kinds);
  const terms: Trace["terms"] = [
    {
      term: "weights and optimizer state",
      tracedBytes: state(optimizer.byKind),
      formulaBytes: sum("optimizer", "weights", "optimizer"),
    },
    {
      term: "gradients at the optimizer step",
      tracedBytes: optimizer.byKind.gradients,
      formulaBytes: sum("optimizer", "gradients"),
    },
    {
      term: "temporaries of the optimizer step",
      tracedBytes: optimizer.byKind.temporaries,
      formulaBytes: sum("optimizer", "temporaries"),
    },
    {
      term: "activations kept at the loss",
      tracedBytes: loss.byKind.activations,
      formulaBytes: sum("loss", "activations"),
    },
    { term: "logits and loss", tracedBytes: loss.byKind.logits, formulaBytes: sum("loss", "logits") },
    {
      // A backward creates gradients while it frees activations: only their sum is compared, because the parts depend
      // on the layer.
      term: "activations, gradients and working set of a layer",
      tracedBytes: backward.bytes - state(backward.byKind),
      formulaBytes: sum("layer", "gradients", "activations", "temporaries", "workspace", "logits"),
    },
  ];
  return [...instants, ...terms.filter(({ tracedBytes, formulaBytes }) => tracedBytes + formulaBytes > 0)];
}

/** The traced run: for GRPO only the training pass, without sampling and its passes. */
export function tracedPass(spec: RunSpec): RunSpec {
  return spec.objective === "grpo" ? { ...spec, objective: "sft" } : spec;
}

function bytesOf(lines: readonly MemoryLine[], instant: Instant, kinds: readonly (keyof TraceKinds)[]): number {
  return lines
    .filter((line) => line.kind === "allocated" && line.instants.includes(instant))
    .filter((line) => kinds.includes(KIND_OF_LINE[line.id] ?? "temporaries"))
    .reduce((total, { bytes }) => total + bytes, 0);
}

/** Parts that a trace computes by formula, and parts that it does not include. */
export function traceNotes(run: {
  shape: ModelShape;
  spec: RunSpec;
  options: TraceOptions;
  counts: TraceCounts;
}): string[] {
  const { shape, spec, counts } = run;
  const notes: string[] = [];
  if (spec.attention !== "eager") notes.push("attention: what flash-attention 2 allocates, counted by formula");
  if (spec.method === "qlora")
    notes.push(
      `${spec.quantisation}: 4-bit weights and their constants, and one expanded matrix per product, counted by formula`,
    );
  if (spec.method === "qlora" && shape.experts !== null)
    notes.push(
      "fused experts are not linear layers: bitsandbytes leaves them in half precision, and so does the trace",
    );
  if (spec.optimizer.includes("8bit") || spec.optimizer.startsWith("paged"))
    notes.push(
      `${spec.optimizer}: state counted by formula${spec.optimizer.startsWith("paged") ? ", in host memory" : ""}`,
    );
  if (counts.lossPath === "liger" || counts.lossPath === "fused")
    notes.push(
      `loss: what the ${counts.lossPath === "liger" ? "Liger" : "Triton"} kernel allocates, counted by formula`,
    );
  if (spec.gpuCount > 1 && spec.sharding === "none")
    notes.push("DDP: one copy of the gradients in its buckets, counted by formula");
  if (spec.objective === "grpo") notes.push("grpo: only the training pass; a rollout engine is additional");
  if (spec.checkpointing === "selective")
    notes.push("selective checkpointing: torch's, products of matrices are kept and all else is recomputed");
  if (shape.experts !== null)
    notes.push("experts: tokens in proportion to their share; a trace does not know the routing of your data");
  // For 4-bit layers only bytes are known, so their parameters cannot be compared.
  const off = counts.paramCount / shape.paramCount - 1;
  if (spec.method !== "qlora" && Math.abs(off) > 0.005)
    notes.push(
      `warning: the traced model has ${(counts.paramCount / 1e9).toFixed(3)}B parameters, the catalogue ${(shape.paramCount / 1e9).toFixed(3)}B`,
    );
  notes.push("not seen: fragmentation, the CUDA context, workspaces of cuBLAS and NCCL, other processes");
  return notes;
}
