/**
 * Suffixes for the storage format of a checkpoint, which do not change its shape. They are removed repeatedly, so that
 * `-unsloth-bnb-4bit` and `-GPTQ-Int4` are removed too.
 */
const STORAGE_ENDING =
  /[-_. ](unsloth|bnb|nf4|gptq|awq|gguf|ggml|exl2|hqq|mlx|hf|qat|dynamic|kv|quantized|bf16|fp16|fp32|fp8|nvfp4|mxfp4|fp4|int4|int8|4 ?-?bits?|8 ?-?bits?|w4a16|w8a8|w8a16|w4a4|q[2-8](_[0k])?(_[sml])?|safetensors)$/i;

/** Suffixes for a tune of the same shape. */
const TUNE_ENDING = /[-_. ](instruct|chat|it|base|pt|sft|dpo)$/i;

/**
 * The keys by which a model name is looked up, strictest first. Two names with the same key at one level are treated as
 * the same model, unless that key matches models of different shapes.
 *
 * 1. as written; 2. without case, spacing and organisation (`unsloth/LLAMA3.1_8B` = `Llama 3.1 8B`); 3. without the
 * storage endings (`-bnb-4bit`); 4. without the tune (`-Instruct`); 5. a point like any separator (`qwen2_5-7b`), never
 * omitted: `Qwen-18B` is not `Qwen-1.8B`.
 */
export function nameKeys(name: string): string[] {
  const trimmed = name.trim();
  const short = trimmed.slice(trimmed.lastIndexOf("/") + 1).replace(/^meta[-_ ](?=llama)/i, "");
  const stored = strip(short, STORAGE_ENDING);
  const tuned = strip(stored, TUNE_ENDING);
  return [trimmed, spaced(short), spaced(stored), spaced(tuned), spaced(stored.replaceAll(".", "-"))];
}

/** Lower case without separators, except between two numbers: `Llama 3.1-8 B` becomes `llama3.1~8b`. */
export function spaced(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/(?<=\d)[\s_-]+(?=\d)/g, "~")
    .replaceAll(/[\s_-]+/g, "");
}

function strip(name: string, ending: RegExp): string {
  let rest = name;
  while (ending.test(rest)) rest = rest.replace(ending, "");
  return rest;
}
