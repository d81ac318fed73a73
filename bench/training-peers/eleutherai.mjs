import { GIB } from "./peer-row.mjs";

/**
 * EleutherAI cookbook, calc_transformer_mem.py, with its defaults: mixed precision, ZeRO 1 unless the run says otherwise,
 * fp32 gradients, 12 bytes of optimizer, 34·s·b·h·L activations if checkpointed, plus the stored scores if not, ZeRO
 * buffers (its option for 5 GiB that are not explained stays off, as by default). Two MLP matrices unless told: three for a gated one.
 * Adapters are not known to it: all parameters are trained.
 * @source EleutherAI/cookbook@069ae2ef9f, calc/calc_transformer_mem.py
 */
export const eleutherAi = {
  name: "EleutherAI cookbook",
  source: "EleutherAI/cookbook@069ae2ef9f calc_transformer_mem.py",
  home: (row) => row.isPretraining,
  memoryGib: (row) => {
    if (row.sequence === undefined || row.batch === undefined || row.checkpointing === undefined) return undefined;
    const { hidden: h, layers: L, heads, kvHeads, vocab, mlp, experts } = row.shape;
    const zero = row.sharding === "zero3" || row.sharding === "fsdp" ? 3 : row.sharding === "zero2" ? 2 : 1;
    const fixed = 2 * vocab * h + h * row.sequence + 8 * h * L + 2 * h + 2 * (1 + kvHeads / heads) * L * h * h;
    const perMlp = 3 * L * h * (experts ? experts.mlp : mlp);
    const params = fixed + perMlp * (experts ? experts.total / row.experts : 1);
    const model = (2 * params) / (row.tensor * row.pipeline) / (zero === 3 ? row.gpus : 1);
    const gradients = (4 * params) / (zero >= 2 ? row.gpus : 1);
    const optimizer = (12 * params) / row.gpus;
    const buffers = row.gpus > 1 ? 2 * 5e8 + (zero === 3 ? 2 * 1e9 : 0) : 0;
    const perToken = row.checkpointing ? 34 : 34 + (5 * heads * row.sequence) / h;
    const activations = row.sequence * row.batch * h * L * perToken;
    return (model + gradients + optimizer + buffers + activations) / GIB;
  },
};
