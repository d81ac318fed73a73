// A measured run as a person would type it into another tool: facts of its columns and of the model's configuration,
// nothing that was measured. Facts that are not stated stay undefined, and a rule that needs one does not answer.

const ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"];
const MLP = ["gate_proj", "up_proj", "down_proj"];

/** Names of the Hugging Face Trainer's family in the column `stack`. */
const STACK_HOME = { "hf-trl": "hf", "hf-peft": "hf", "hf-script": "hf" };

/** Bytes of one GiB; tables in "GB" are read as cards are sold, so that 80 GB is an 80 GiB card. */
export const GIB = 2 ** 30;

/**
 * @param fields   columns of the row
 * @param findModel, findGpu  look-ups of the catalogue that throw for unknown names
 * @returns the run, or undefined if its model is unknown
 */
export function peerRow(fields, { findModel, findGpu }) {
  const text = (column) => (fields[column] ?? "").trim();
  const count = (column) => (Number(text(column)) > 0 ? Number(text(column)) : undefined);
  const shape = found(() => findModel(text("model")));
  if (shape === undefined) return undefined;
  const gpus = count("n_gpus") ?? 1;
  const method = text("method");
  const quant = text("quant");
  const isAdapter = method === "lora" || method === "qlora" || text("lora_rank") !== "" || text("lora_targets") !== "";
  const layout = text("parallelism").toLowerCase();
  const degree = (name) => Number(new RegExp(`(?:^|[^a-z])${name}(\\d+)`).exec(layout)?.[1] ?? 1);
  const targets = targetsOf(text("lora_targets"));
  const global = count("global_batch");
  const micro = count("micro_batch");
  return {
    id: text("id"),
    source: text("source_group"),
    stack: text("stack"),
    stackHome: STACK_HOME[text("stack")] ?? text("stack"),
    shape,
    method: method === "pretrain" ? "full" : method,
    isPretraining: method === "pretrain",
    trains: isAdapter ? (quant === "" ? "lora" : "qlora") : "full",
    quantBits: quant === "" ? 16 : /int8/.test(quant) ? 8 : 4,
    isDoubleQuant: /double|dq/.test(quant),
    rank: count("lora_rank") ?? 16,
    targets,
    trainedParams: isAdapter ? adapterParams(shape, targets, count("lora_rank") ?? 16) : shape.paramCount,
    sequence: count("seq_len"),
    batch: micro === undefined || global === undefined ? micro : Math.min(micro, Math.max(1, Math.ceil(global / gpus))),
    gpus,
    sharding: shardingOf(layout),
    tensor: degree("tp"),
    pipeline: degree("pp"),
    context: degree("cp"),
    experts: degree("ep"),
    checkpointing: text("grad_ckpt") === "no" ? false : text("grad_ckpt") === "yes" ? true : undefined,
    isEager: text("attention") === "eager",
    is8bitAdam: /8.?bit/i.test(text("optimizer")),
    isFp8: /^(mx)?fp8/.test(text("precision")),
    isFp4: text("precision").startsWith("nvfp4"),
    gpu: found(() => findGpu(`${text("gpu")}-${text("gpu_mem_gb")}GB`)) ?? found(() => findGpu(text("gpu"))),
    gpuName: text("gpu"),
  };
}

/** GPUs over which a total is divided by somebody who reads a rule for the whole model: those that share its state. */
export function sharingGpus(row) {
  if (row.sharding === "none") return 1;
  if (row.sharding === "megatron") return row.tensor * row.pipeline;
  return row.gpus;
}

function shardingOf(layout) {
  if (/zero.?3|zero\b/.test(layout)) return "zero3";
  if (/zero.?2/.test(layout)) return "zero2";
  if (/tp\d|pp\d|megatron|\[tp/.test(layout)) return "megatron";
  if (/fsdp|device_map|pipeline/.test(layout)) return "fsdp";
  return "none";
}

/** Matrices that get an adapter, by the names of Llama: all of a layer if the row does not name any. */
function targetsOf(text) {
  if (text.startsWith("q_proj v_proj") && !/mlp|gate|k_proj/.test(text)) return ["q_proj", "v_proj"];
  const hasMlp = text === "" || /mlp|all|gate|up|w1|DEFAULT/i.test(text);
  return [...ATTENTION, ...(hasMlp ? MLP : [])];
}

/** r · (in + out) over the adapted matrices of every layer. */
function adapterParams({ hidden: h, mlp, heads, kvHeads, headDim, layers }, targets, rank) {
  const [q, kv] = [heads * headDim, kvHeads * headDim];
  const widths = { q_proj: h + q, k_proj: h + kv, v_proj: h + kv, o_proj: q + h };
  return rank * layers * targets.reduce((sum, target) => sum + (widths[target] ?? h + mlp), 0);
}

function found(look) {
  try {
    return look();
  } catch {
    return undefined; // an unknown name
  }
}
