import { formatCount, formatNumber } from "../base/units.ts";
import type { Refusal } from "../domain/estimate.ts";
import type { Instant, MemoryLine } from "../domain/memory-plan.ts";
import type { ModelShape } from "../domain/model-shape.ts";
import type { RunSpec } from "../domain/run-spec.ts";
import type { MemoryFacts } from "./memory-facts.ts";
import {
  activeMlpWidth,
  adaptedLinears,
  embeddingParamCount,
  hasGate,
  keyWidth,
  layerParamCount,
} from "./model-parts.ts";

const ALWAYS: Instant[] = ["loss", "layer", "optimizer"];

type Terms = { shape: ModelShape; spec: RunSpec; facts: MemoryFacts };

/**
 * Every term of the allocated peak of one GPU. Terms of zero bytes are left out.
 *
 * @returns the lines, or a refusal where activations are kept and no measured value exists for the stack
 * @source planning.md §1.1-1.5
 */
export function allocatedLines(terms: Terms): MemoryLine[] | Refusal {
  const activations = terms.spec.checkpointing ? checkpointLines(terms) : keptActivations(terms);
  if ("refused" in activations) return activations;
  return [
    ...stateLines(terms),
    ...adapterLines(terms),
    ...activations,
    lossLine(terms),
    ...gatheredLines(terms),
  ].filter(({ bytes }) => bytes > 0);
}

/** Tokens of one micro-step on one GPU. */
export function tokensPerMicroStep(spec: RunSpec, facts: MemoryFacts): number {
  return (spec.sequenceTokens * spec.batchSequences * facts.rowsPerSequence) / facts.contextParallel;
}

function stateLines({ shape, spec, facts }: Terms): MemoryLine[] {
  const { sharding, shards } = facts;
  const [N, E] = [shape.paramCount, Math.min(shape.paramCount, embeddingParamCount(shape))];
  const weightsPerGpu = ((N - E) * facts.linearWeightBytes + E * facts.otherWeightBytes) / weightShards(facts);
  const trained = facts.trainsBase ? N : 0;
  const over = shards > 1 ? ` / ${shards}` : "";
  const overWeights = weightShards(facts) > 1 ? over : "";
  const share = trained / shards;
  const gradientInstants: Instant[] = spec.gradAccum > 1 ? ALWAYS : ["optimizer"];
  const buckets = sharding === "none" && spec.gpuCount > 1 ? trained * facts.gradientBytes : 0;
  const same = facts.linearWeightBytes === facts.otherWeightBytes;
  const weightFormula = same
    ? `${facts.linearWeightBytes} B × ${formatCount(N)}${overWeights}`
    : bracket(
        `${facts.linearWeightBytes} B × ${formatCount(N - E)} + ${facts.otherWeightBytes} B × ${formatCount(E)} embeddings`,
        overWeights,
      );
  return [
    line("weights", facts.trainsBase ? "weights" : "frozen weights", weightsPerGpu, weightFormula, ALWAYS),
    line(
      "reference",
      "reference model",
      facts.referenceCopy ? (2 * N) / weightShards(facts) : 0,
      `2 B × ${formatCount(N)}${overWeights}`,
      ALWAYS,
    ),
    line(
      "autocast",
      "bf16 copies of the weights",
      trained * facts.autocastCopyBytes,
      `${facts.autocastCopyBytes} B × ${formatCount(trained)}`,
      ["loss", "layer"],
    ),
    line(
      "gradients",
      "gradients",
      share * facts.gradientBytes,
      `${facts.gradientBytes} B × ${formatCount(trained)}${over}`,
      gradientInstants,
    ),
    line("buckets", "gradient buckets", buckets, `${facts.gradientBytes} B × ${formatCount(trained)}`, ALWAYS),
    line(
      "optimizer",
      "optimizer state",
      share * facts.optimizerBytes,
      `${facts.optimizerBytes} B × ${formatCount(trained)}${over}`,
      ALWAYS,
    ),
    line(
      "optimizer-temp",
      "optimizer temporaries",
      share * facts.optimizerTempBytes,
      `${facts.optimizerTempBytes} B × ${formatCount(trained)}${over}`,
      ["optimizer"],
    ),
  ];
}

function adapterLines({ spec, facts }: Terms): MemoryLine[] {
  const { adapterParams: P, shards, adapterWeightBytes: w } = facts;
  const over = shards > 1 ? ` / ${shards}` : "";
  const adam = spec.optimizer === "adamw-8bit" || spec.optimizer === "paged-adamw-8bit" ? 2 : 2 * w;
  const weights = w + (facts.referenceAdapter ? w : 0);
  const instants: Instant[] = spec.gradAccum > 1 ? ALWAYS : ["layer", "optimizer"];
  const temporary = spec.optimizer === "adamw" ? w : 0;
  return [
    line(
      "adapters",
      "adapters and their Adam state",
      ((weights + adam) * P) / shards,
      `(${weights} + ${adam}) B × ${formatCount(P)}${over}`,
      ALWAYS,
    ),
    line(
      "adapter-gradients",
      "gradients of the adapters",
      (w * P) / shards,
      `${w} B × ${formatCount(P)}${over}`,
      instants,
    ),
    line(
      "adapter-temp",
      "optimizer temporaries of the adapters",
      (temporary * P) / shards,
      `${temporary} B × ${formatCount(P)}${over}`,
      ["optimizer"],
    ),
  ];
}

function checkpointLines(terms: Terms): MemoryLine[] {
  const { shape, spec, facts } = terms;
  const T = tokensPerMicroStep(spec, facts);
  const [h, L, kv, f] = [shape.hidden, shape.layers, keyWidth(shape), activeMlpWidth(shape)];
  const perMlp = hasGate(shape) ? 6 : 4;
  const inputs =
    facts.adapterParams > 0 && facts.adapterWeightBytes === 4
      ? adaptedLinears(shape, spec.loraTargets).reduce((sum, { inWidth }) => sum + inWidth, 0)
      : 0;
  const working = T * (2 * (5 * h + 2 * kv + perMlp * f) + 4 * inputs);
  const adapterInputs = inputs > 0 ? ` + 4 × ${whole(inputs)} adapter inputs` : "";
  return [
    line(
      "checkpoints",
      "activation checkpoints",
      facts.residualBytes * h * L * T,
      `${facts.residualBytes} B × ${h} hidden × ${L} layers × ${whole(T)} tokens`,
      ["loss", "layer"],
    ),
    line(
      "layer",
      "working set of one layer",
      working,
      `${whole(T)} tokens × [2 × (5 × ${h} + 2 × ${kv} + ${perMlp} × ${whole(f)})${adapterInputs}] B`,
      ["layer"],
    ),
    scoresLine(terms),
  ];
}

/** Attention scores of one layer, where attention stores them. @source planning.md §1.5, AgileRL: 3 × rows × heads × s² × 2 B */
function scoresLine({ shape, spec, facts }: Terms): MemoryLine {
  const rows = spec.batchSequences * facts.rowsPerSequence;
  const bytes = facts.eagerAttention ? 3 * rows * shape.heads * spec.sequenceTokens ** 2 * 2 : 0;
  return line(
    "scores",
    "attention scores",
    bytes,
    `3 × ${rows} × ${shape.heads} heads × ${spec.sequenceTokens}² × 2 B`,
    ["layer"],
  );
}

/**
 * Activations of all layers, where none is recomputed.
 * @source planning.md §1.5: litgpt resource tables (43.5 h at f = 2.69 h; 27.5 h), MLPerf v5.0 (27.6 h for FP8 LoRA)
 */
function keptActivations({ shape, spec, facts }: Terms): MemoryLine[] | Refusal {
  const [h, f] = [shape.hidden, activeMlpWidth(shape)];
  const T = tokensPerMicroStep(spec, facts);
  const value = keptBytesPerTokenLayer({ shape, spec, facts });
  if (typeof value !== "number") return value;
  const text =
    spec.stack === "nemo"
      ? `27.6 × ${h}`
      : hasGate(shape)
        ? `[2 × (7 × ${h} + 4 × ${whole(f)}) + 8 × ${h}]`
        : `27.5 × ${h}`;
  const scores = facts.eagerAttention
    ? spec.batchSequences * facts.rowsPerSequence * shape.heads * spec.sequenceTokens ** 2 * 6 * shape.layers
    : 0;
  return [
    line(
      "activations",
      "activations of all layers",
      value * shape.layers * T,
      `${text} B × ${shape.layers} layers × ${whole(T)} tokens`,
      ["loss", "layer"],
    ),
    line("scores", "attention scores", scores, `6 B × heads × ${spec.sequenceTokens}² × ${shape.layers} layers`, [
      "loss",
      "layer",
    ]),
  ];
}

function keptBytesPerTokenLayer({ shape, spec, facts }: Terms): number | Refusal {
  const h = shape.hidden;
  const hint = "switch checkpointing on: that is calibrated, and costs about a third of the speed at most";
  if (spec.stack === "nemo" && spec.precision === "fp8" && !facts.trainsBase) return 27.6 * h;
  if (spec.stack !== "hf" || shape.experts)
    return {
      refused: `no measured activation size without checkpointing for ${shape.experts ? "a mixture of experts" : `the ${spec.stack} stack`}`,
      hint,
    };
  return hasGate(shape) ? 2 * (7 * h + 4 * activeMlpWidth(shape)) + 8 * h : 27.5 * h;
}

function lossLine({ shape, spec, facts }: Terms): MemoryLine {
  const T = tokensPerMicroStep(spec, facts);
  // NeMo's measured 27.6 h per layer holds the loss too: the intercept of the published fit is the weights alone.
  const inKept = !spec.checkpointing && spec.stack === "nemo";
  const bytes = inKept ? 0 : T * (facts.logitBytes * shape.vocab + 6 * shape.hidden);
  return line(
    "logits",
    "logits and loss",
    bytes,
    `${whole(T)} tokens × (${facts.logitBytes} B × ${shape.vocab} vocabulary + 6 × ${shape.hidden})`,
    ["loss"],
  );
}

function gatheredLines({ shape, facts }: Terms): MemoryLine[] {
  const layer = layerParamCount(shape);
  const embedding = shape.vocab * shape.hidden;
  if (facts.sharding === "zero3") {
    const largest = Math.max(layer, embedding);
    return [
      line("gathered", "gathered weights", 4 * largest, `4 B × ${formatCount(largest)} largest layer`, [
        "loss",
        "layer",
      ]),
    ];
  }
  if (facts.sharding !== "fsdp") return [];
  const layerBytes = Math.min(2, facts.linearWeightBytes);
  return [
    line(
      "gathered",
      "gathered weights",
      2 * embedding + layerBytes * layer,
      `2 B × ${formatCount(embedding)} embedding + ${layerBytes} B × ${formatCount(layer)} of one layer`,
      ["loss", "layer"],
    ),
  ];
}

function bracket(sum: string, divisor: string): string {
  return divisor === "" ? sum : `(${sum})${divisor}`;
}

/** A count with all its digits, so that a reader can repeat the formula. */
function whole(value: number): string {
  return formatNumber(Math.round(value), 15);
}

function weightShards(facts: MemoryFacts): number {
  return facts.sharding === "fsdp" || facts.sharding === "zero3" ? facts.shards : 1;
}

// The field order of the schema as arguments would be six; a line is always built here, from literals.
function line(...[id, label, bytes, formula, instants]: [string, string, number, string, Instant[]]): MemoryLine {
  return { id, label, bytes, formula, instants, kind: "allocated" };
}
