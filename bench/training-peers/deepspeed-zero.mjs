import { GIB } from "./peer-row.mjs";

/**
 * DeepSpeed's estimate_zero2/3_model_states_mem_needs without offloading: states alone, no activations. ZeRO 2: 2 N and
 * 18 N over the GPUs; ZeRO 3: four bytes of the largest layer and 18 N over the GPUs. Adapters count as all parameters
 * (deepspeedai/DeepSpeed#5304). FSDP is read as ZeRO 3; it says nothing of a run on one GPU without ZeRO.
 * @source deepspeed 0.19.8 (2026-10), runtime/zero/stage3.py and stage_1_and_2.py
 */
export const deepspeedZero = {
  name: "DeepSpeed estimate_zero2/3",
  source: "deepspeed 0.19.8 runtime/zero",
  home: (row) => row.sharding === "zero2" || row.sharding === "zero3",
  memoryGib: (row) => {
    const N = row.shape.paramCount;
    if (row.sharding === "zero2") return (2 * N + (18 * N) / row.gpus) / GIB;
    if (row.sharding !== "zero3" && row.sharding !== "fsdp") return undefined;
    const largest = row.shape.vocab * row.shape.hidden;
    return (4 * largest + (18 * N) / row.gpus) / GIB;
  },
};
