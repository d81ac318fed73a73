import { fileExists, modelFiles, readModelFacts } from "../onnx/model-folder.ts";
import { loadWeights } from "../onnx/onnx-runtime.ts";
import { loadTokenizer, specialTokens } from "../onnx/tokens.ts";
import { type Embedder, unitVector, withoutRepeats } from "./embedder.ts";

/** Batch size of the model. */
const BATCH = 16;

/** Maximum input length including special tokens: sentence models are not trained on longer inputs. */
const MOST_TOKENS = 256;

/**
 * Vectors from a model in a folder: the mean of its token outputs, or its own vector of the text if it has one. A text
 * longer than the model's input, or than 256 tokens, is truncated.
 *
 * @throws Failure not_found for a missing file; outside if ONNX Runtime is not installed; bad_input for another kind of
 * model
 * @source Reimers and Gurevych 2019, "Sentence-BERT": mean pooling over all tokens of an input
 */
export async function localModel(folder: string, shown: string): Promise<Embedder> {
  const files = await modelFiles(folder, fileExists);
  const facts = await readModelFacts(files);
  const wanted = { names: ["sentence_embedding", "last_hidden_state"], purpose: "feature extraction" };
  const outputsOf = await loadWeights(files.weights, { padId: facts.padId, wanted });
  const tokenizer = await loadTokenizer(facts, files.tokenizer);
  const { before, after } = specialTokens(tokenizer);
  const room = Math.min(facts.maxTokens, MOST_TOKENS) - before.length - after.length;
  let inputTokens = 0;
  const embed = async (texts: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> => {
    const inputs = texts.map((text, index) => {
      const ids: number[] = tokenizer.encode(text, { add_special_tokens: false }).ids;
      return { index, ids: [...before, ...ids.slice(0, room), ...after] };
    });
    const vectors: Float32Array[] = [];
    const byLength = inputs.toSorted((a, b) => a.ids.length - b.ids.length || a.index - b.index);
    for (let from = 0; from < byLength.length; from += BATCH) {
      signal?.throwIfAborted();
      const batch = byLength.slice(from, from + BATCH);
      const outputs = await outputsOf(batch.map(({ ids }) => ids));
      for (const [place, { index, ids }] of batch.entries()) {
        inputTokens += ids.length;
        vectors[index] = unitVector(averaged(outputs[place]!, facts.hiddenSize));
      }
    }
    return vectors;
  };
  return {
    name: `${shown} (local model)`,
    isSemantic: true,
    embed: withoutRepeats(embed),
    spent: () => ({ usd: null, inputTokens, requests: 0 }),
  };
}

/** The mean over tokens. A vector of the complete text is unchanged. */
function averaged(output: Float32Array, columns: number | undefined): Float32Array {
  if (columns === undefined || output.length <= columns) return output;
  const sums = new Float32Array(columns);
  for (const [index, value] of output.entries()) sums[index % columns]! += value;
  return sums;
}
