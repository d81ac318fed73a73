import { GIB } from "./peer-row.mjs";

/**
 * Megatron-LM's theoretical memory: 18 bytes per parameter of the fullest shard, or 6 and 12 over the data-parallel
 * GPUs with the distributed optimizer (taken here, as its recipes do); activations of selective recomputation with
 * sequence parallelism, s·b·h·(18 + 4·f/h) per layer, and embedding, output and loss. All parameters are trained.
 * @source NVIDIA/Megatron-LM@00caa53af3, megatron/training/theoretical_memory_usage.py
 */
export const megatron = {
  name: "Megatron theoretical memory",
  source: "NVIDIA/Megatron-LM@00caa53af3 theoretical_memory_usage.py",
  home: (row) => /nemo|megatron/.test(row.stack),
  memoryGib: (row) => {
    if (row.sequence === undefined || row.batch === undefined) return undefined;
    const { shape, tensor, pipeline } = row;
    const embedding = shape.vocab * shape.hidden;
    const block = shape.paramCount - embedding * (shape.tiedEmbeddings ? 1 : 2);
    const output = !shape.tiedEmbeddings && pipeline === 1 ? embedding : 0;
    const shard = (block / pipeline + embedding + output) / tensor;
    const dataParallel = Math.max(1, row.gpus / (tensor * pipeline));
    return (shard * (6 + 12 / dataParallel) + activationBytes(row)) / GIB;
  },
};

function activationBytes({ shape, sequence, batch, tensor, pipeline, context }) {
  const T = (sequence * batch) / context;
  const { hidden: h, layers, vocab, mlp, experts } = shape;
  const width = experts ? experts.active * experts.mlp + experts.sharedMlp : mlp;
  const layersBytes = T * h * (18 + (4 * width) / h) * layers;
  const input = (8 + h) * T * pipeline;
  const loss = pipeline === 1 ? 4 * T * h * (1 + vocab / h) : 0;
  return (layersBytes + input + loss) / tensor;
}
