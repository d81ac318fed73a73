import type { Tokenizer } from "@huggingface/tokenizers";

import { Failure } from "../../../base/failure.ts";
import {
  fileExists,
  type ModelFacts,
  type ModelFiles,
  modelFiles,
  readModelFacts,
} from "../../../llm/onnx/model-folder.ts";
import { loadWeights, type OutputsOf } from "../../../llm/onnx/onnx-runtime.ts";
import { type Around, chunks, loadTokenizer, specialTokens } from "../../../llm/onnx/tokens.ts";
import type { ModelSpans } from "../model-spans.ts";
import type { Span } from "../span.ts";
import { entityOf } from "./label-entities.ts";
import { joined, type LabelSpan, labelSpans, type Offset, withoutRepeats } from "./label-spans.ts";
import { requireLabels } from "./required-labels.ts";
import { type Spelling, tokenOffsets } from "./token-offsets.ts";

/** Inputs per batch. */
const BATCH = 16;

/** Overlap of consecutive inputs, so that a name is complete in one of them. */
const SHARED = 1 / 4;

/** A model that labels spans of texts. */
export type Labeller = (texts: readonly string[]) => Promise<LabelSpan[][]>;

/** One input: its tokens without the special ones, their offsets, and its text. */
type Input = { text: number; ids: readonly number[]; offsets: readonly Offset[] };

/**
 * A model in a folder as a recogniser: entities by its labels, with the pieces of a word joined.
 *
 * @throws Failure as `loadLabeller`
 */
export async function nerModel(files: ModelFiles): Promise<ModelSpans> {
  const label = await loadLabeller(files);
  return async (texts) => {
    const labelled = await label(texts);
    return labelled.map((spans) =>
      joined(spans).flatMap(({ start, end, label: name, score }): Span[] => {
        const type = entityOf(name);
        return type === undefined || end <= start ? [] : [{ start, end, type, score, by: "ner-model" }];
      }),
    );
  };
}

/**
 * A recogniser from the model files of a programme, given by name and path.
 *
 * @throws Failure as `loadLabeller`
 */
export async function loadNamedModel(folder: string, pathOf: (name: string) => string): Promise<ModelSpans> {
  const named = await modelFiles(folder, async (name) => pathOf(name) !== name || fileExists(name));
  const places = Object.fromEntries(Object.entries(named).map(([what, name]) => [what, pathOf(name)]));
  return nerModel(places as ModelFiles);
}

/**
 * Loads a model for token classification. Texts of any length are read completely: they are split into inputs that
 * overlap by a quarter and run in batches, and a span marked in two inputs is reported once.
 *
 * @throws Failure outside if the runtime is not installed; bad_input if the folder has no such model
 */
export async function loadLabeller(files: ModelFiles): Promise<Labeller> {
  const facts = await readModelFacts(files);
  requireLabels(facts.labels, files.config);
  const wanted = { names: ["logits"], columns: facts.labels.length, purpose: "token classification" };
  const logitsOf = await loadWeights(files.weights, { padId: facts.padId, wanted });
  const tokenizer = await loadTokenizer(facts, files.tokenizer);
  const spelling = spellingOf(facts.tokenizer, tokenizer);
  const around = specialTokens(tokenizer);
  const room = facts.maxTokens - around.before.length - around.after.length;
  if (room < 4)
    throw new Failure(
      "bad_input",
      `${files.tokenizerConfig}: an input of ${facts.maxTokens} tokens leaves no room for text`,
      { hint: "give a model that reads at least 16 tokens" },
    );
  const shared = Math.floor(facts.maxTokens * SHARED);
  return async (texts) => {
    const inputs = texts.flatMap((text, index) => {
      const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
      const offsets = tokenOffsets(text, tokens, spelling);
      if (offsets === undefined) {
        throw new Failure("bad_input", `${files.tokenizer}: its tokens cannot be mapped to positions in a text`, {
          hint: "serve the model over HTTP and name it with --ner",
        });
      }
      return chunks(ids.length, { room, shared }).map(([from, to]): Input => ({
        text: index,
        ids: ids.slice(from, to),
        offsets: offsets.slice(from, to),
      }));
    });
    const found = texts.map((): LabelSpan[] => []);
    const byLength = inputs.toSorted((a, b) => a.ids.length - b.ids.length || a.text - b.text);
    for (let index = 0; index < byLength.length; index += BATCH) {
      await markBatch(byLength.slice(index, index + BATCH), { found, facts, around, logitsOf });
    }
    const parts = texts.map((_, index) => inputs.filter(({ text }) => text === index).length);
    return found.map((spans, index) =>
      parts[index]! > 1 ? withoutRepeats(spans) : spans.toSorted((a, b) => a.start - b.start),
    );
  };
}

async function markBatch(
  batch: readonly Input[],
  {
    found,
    facts: { labels },
    around,
    logitsOf,
  }: { found: LabelSpan[][]; facts: ModelFacts; around: Around; logitsOf: OutputsOf },
): Promise<void> {
  const logits = await logitsOf(batch.map(({ ids }) => [...around.before, ...ids, ...around.after]));
  for (const [index, { text, ids, offsets }] of batch.entries()) {
    const from = around.before.length * labels.length;
    const own = logits[index]!.subarray(from, from + ids.length * labels.length);
    found[text]!.push(...labelSpans(own, { labels, offsets }));
  }
}

type TokenizerFile = {
  model?: { type?: string; unk_token?: string; unk_id?: number; vocab?: unknown; continuing_subword_prefix?: string };
  pre_tokenizer?: { type?: string; pretokenizers?: { type?: string }[] } | null;
  decoder?: { type?: string } | null;
};

/** Spelling rules of a tokenizer, read from its file. */
export function spellingOf(file: Readonly<Record<string, unknown>>, tokenizer: Tokenizer): Spelling {
  const { model, pre_tokenizer: cutter, decoder } = file as TokenizerFile;
  const kinds = [cutter?.type, ...(cutter?.pretokenizers ?? []).map(({ type }) => type), decoder?.type];
  const isWordPiece = model?.type === "WordPiece" || model?.continuing_subword_prefix === "##";
  const vocabulary = model?.vocab;
  const unknownById =
    model?.unk_id !== undefined && Array.isArray(vocabulary)
      ? (vocabulary[model.unk_id] as [string] | undefined)?.[0]
      : undefined;
  const { normalizer } = tokenizer;
  return {
    kind: kinds.includes("ByteLevel") ? "bytes" : "pieces",
    prefix: isWordPiece ? (model?.continuing_subword_prefix ?? "##") : "",
    unknown: model?.unk_token ?? unknownById,
    isWholeWord: isWordPiece,
    added: new Set([...tokenizer.get_added_tokens_decoder().values()].map(({ content }) => content)),
    normalised: (character) => (normalizer === null ? character : normalizer.normalize(character)),
  };
}
