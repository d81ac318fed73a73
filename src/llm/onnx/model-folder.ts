import { access, readFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";

/** Files of a model in its folder: configuration, tokenizer, weights. */
export type ModelFiles = { config: string; tokenizer: string; tokenizerConfig: string; weights: string };

/** Paths of the weights in Hugging Face folders; the first that exists is used. */
const WEIGHTS = ["onnx/model.onnx", "onnx/model_quantized.onnx", "model.onnx", "model_quantized.onnx"];

/**
 * File names of a model in its folder.
 *
 * @param exists whether a file exists
 * @throws Failure not_found if one is missing
 */
export async function modelFiles(folder: string, exists: (path: string) => Promise<boolean>): Promise<ModelFiles> {
  const file = async (...names: string[]): Promise<string> => {
    for (const name of names) if (await exists(join(folder, name))) return join(folder, name);
    throw new Failure("not_found", `${folder}: no ${names.join(", ")}`, {
      hint: "name the folder of a Hugging Face model that was exported to ONNX: config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx",
    });
  };
  return {
    config: await file("config.json"),
    tokenizer: await file("tokenizer.json"),
    tokenizerConfig: await file("tokenizer_config.json"),
    weights: await file(...WEIGHTS),
  };
}

/**
 * File names of a model in a folder of a programme, relative to the programme.
 *
 * @param resolve  finds a file of the programme, or throws
 * @throws Failure not_found if one is missing
 */
export async function modelFilesNamed(
  folder: string,
  resolve: (name: string) => Promise<unknown>,
): Promise<ModelFiles> {
  return modelFiles(folder, (name) =>
    resolve(name).then(
      () => true,
      () => false,
    ),
  );
}

/** True if a file is accessible. */
export async function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const Config = z.object({
  id2label: z.record(z.string(), z.string()).optional(),
  max_position_embeddings: z.int().min(8).optional(),
  pad_token_id: z.int().min(0).nullish(),
  hidden_size: z.int().min(1).optional(),
  model_type: z.string().optional(),
});

const TokenizerConfig = z.object({ model_max_length: z.number().optional() });

/**
 * Contents of a model folder: its tokenizer in the form that the library expects, its labels in order (empty if it has
 * none), and its maximum input.
 */
export type ModelFacts = {
  tokenizer: Record<string, unknown>;
  tokenizerConfig: Record<string, unknown>;
  labels: readonly string[];
  /** Maximum input in tokens, including special tokens. */
  maxTokens: number;
  padId: number;
  /** Dimension of a token vector; undefined if the configuration does not contain it. */
  hiddenSize: number | undefined;
};

/** Default maximum input in tokens. */
const USUAL_TOKENS = 512;

/** A larger maximum input means that it was not set. */
const UNSET_TOKENS = 100_000;

/** Number of positions that RoBERTa models reserve. */
const KEPT_PLACES: Readonly<Record<string, number>> = { roberta: 2, "xlm-roberta": 2, camembert: 2, longformer: 2 };

/**
 * Reads the small files of a model.
 *
 * @throws Failure bad_input if one is not JSON
 */
export async function readModelFacts(files: Omit<ModelFiles, "weights">): Promise<ModelFacts> {
  const config = await readJson(files.config, Config);
  const tokenizerConfig = await readJson(files.tokenizerConfig, z.looseObject({}));
  const { model_max_length: named } = TokenizerConfig.parse(tokenizerConfig);
  const labels = Object.entries(config.id2label ?? {})
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => label);
  const places = config.max_position_embeddings ?? USUAL_TOKENS;
  const type = config.model_type ?? "";
  const most = places - (Object.hasOwn(KEPT_PLACES, type) ? KEPT_PLACES[type]! : 0);
  return {
    tokenizer: await readJson(files.tokenizer, z.looseObject({})),
    tokenizerConfig,
    labels,
    maxTokens: named === undefined || named > UNSET_TOKENS ? most : Math.min(named, most),
    padId: config.pad_token_id ?? 0,
    hiddenSize: config.hidden_size,
  };
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new Failure("bad_input", `${path}: ${error instanceof Error ? error.message : String(error)}`, {
      hint: "download the file again: it must be JSON",
    });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Failure("bad_input", `${path}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as expected"}`, {
      hint: "download the file from the model's page and do not change it",
    });
  }
  return parsed.data;
}
