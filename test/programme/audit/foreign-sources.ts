import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A configuration of Axolotl that tunes all weights and holds 5 % of the rows out. */
export const AXOLOTL = `base_model: mistralai/Mistral-7B-v0.1
datasets:
  - path: support.jsonl
    type: chat_template
val_set_size: 0.05
sequence_len: 4096
sample_packing: true
micro_batch_size: 2
gradient_accumulation_steps: 4
num_epochs: 3
output_dir: ./outputs/support
`;

/** A configuration of TRL that starts from what the one of Axolotl writes, and joins a test split to the training rows. */
export const TRL_DPO = `model_name_or_path: acme/support
dataset_mixture:
  datasets:
    - id: acme/preferences
      split: train_prefs
    - id: acme/preferences
      split: test_prefs
  test_split_size: 200
beta: 0.1
use_peft: true
lora_r: 32
num_train_epochs: 1
max_length: 1024
per_device_train_batch_size: 4
eval_strategy: steps
`;

/** A configuration of LLaMA-Factory that evaluates nothing. */
export const LLAMA_FACTORY = `model_name_or_path: Qwen/Qwen2.5-7B-Instruct
stage: sft
finetuning_type: lora
lora_rank: 8
dataset: support
cutoff_len: 2048
per_device_train_batch_size: 1
num_train_epochs: 2.0
output_dir: saves/qwen
`;

/** A chat row. */
export function chatRow(question: string, answer: string): string {
  const messages = [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ];
  return `${JSON.stringify({ messages })}\n`;
}

/** Writes files below a folder by their paths. */
export async function writeSources(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
