/** Libraries that each training stack uses. */
const SOFTWARE: Readonly<Record<string, string>> = {
  hf: "Hugging Face Transformers, TRL and PEFT",
  axolotl: "Axolotl",
  "llama-factory": "LLaMA-Factory",
};

/** Names of the libraries of a training stack; a stack without an entry is named as it is. */
export function softwareOf(stack: string): string {
  return SOFTWARE[stack] ?? stack;
}
