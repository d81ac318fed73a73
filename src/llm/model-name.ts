/** A model without its provider, in lower case: `openai/GPT-4o` is `gpt-4o`. */
export function modelName(model: string): string {
  return model.toLowerCase().split("/").at(-1)!;
}
