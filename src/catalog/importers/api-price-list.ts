import { parseJson } from "../../base/json.ts";
import { Failure } from "../../base/failure.ts";
import { ApiPrice, type ApiSellerClass, type ContextTier, type QuarantinedPrice } from "../../domain/price.ts";
import type { ApiPriceFile, PricedModel } from "../api-price-file.ts";

/** Supported lists of API prices, both in US dollars per **token**. */
export type ApiListFormat = "litellm" | "openrouter";

/** Day of a list, its source as recorded, and the class of each seller. */
export type ApiListOptions = { seenOn: string; source: string; classOf: (seller: string) => ApiSellerClass };

type Fields = Readonly<Record<string, unknown>>;

/** Sellers whose name in LiteLLM differs from ours. */
const LITELLM_SELLERS: Readonly<Record<string, string>> = {
  gemini: "google",
  xai: "x-ai",
  together_ai: "together",
  fireworks_ai: "fireworks",
  "fireworks_ai-embedding-models": "fireworks",
  moonshot: "moonshotai",
  bedrock: "aws",
  bedrock_converse: "aws",
  "text-completion-openai": "openai",
};

/** Modes of LiteLLM that generate text. */
const TEXT_MODES = new Set(["chat", "completion", "responses"]);

/**
 * The prices of a JSON list of API models, per million tokens, each with the line of its model, before the guards are
 * applied. Models without a price for text, or with a price of 0, are quarantined: null is not 0.
 *
 * @param name  path for messages
 * @throws Failure bad_input if it is not such a list
 * @source BerriAI/litellm model_prices_and_context_window.json; openrouter.ai/docs, GET /api/v1/models (2026-11)
 */
export function readApiList(
  text: string,
  name: string,
  options: ApiListOptions,
): ApiPriceFile & { format: ApiListFormat } {
  const value = parseJson(text, name);
  const format = formatOf(value);
  if (format === undefined) {
    throw new Failure("bad_input", `${name} is not a known list of API prices`, {
      hint: "supported: LiteLLM's model_prices_and_context_window.json and the response of OpenRouter's /api/v1/models",
    });
  }
  const lines = text.split("\n");
  const entries = format === "litellm" ? Object.entries(value as Fields) : openrouterEntries(value as Fields);
  const file: ApiPriceFile = { rows: [], quarantined: [] };
  let from = 0;
  for (const [key, entry] of entries) {
    if (key === "sample_spec") continue;
    const shown = format === "litellm" ? `${JSON.stringify(key)}:` : JSON.stringify(key);
    const position = lines.findIndex((line, index) => index >= from && line.includes(shown));
    if (position !== -1) from = position;
    const read = format === "litellm" ? readLitellm(key, entry, options) : readOpenrouter(key, entry, options);
    const place = { line: position === -1 ? null : position + 1, text: key };
    if ("reason" in read) file.quarantined.push({ ...place, ...read });
    else file.rows.push({ ...place, price: read, perTokens: 1 } satisfies PricedModel);
  }
  return { ...file, format };
}

function formatOf(value: unknown): ApiListFormat | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { data } = value as Fields;
  if (Array.isArray(data) && data.some((element) => isFields(element) && "pricing" in element)) return "openrouter";
  const isLitellm = Object.values(value).some((element) => isFields(element) && "input_cost_per_token" in element);
  return isLitellm ? "litellm" : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function openrouterEntries({ data }: Fields): [string, unknown][] {
  return (data as unknown[]).filter(isFields).map((entry) => [String(entry["id"]), entry]);
}

type Broken = Pick<QuarantinedPrice, "guard" | "reason">;

function readLitellm(key: string, entry: unknown, options: ApiListOptions): ApiPrice | Broken {
  if (!isFields(entry)) return { guard: "price", reason: "it is not an object" };
  const mode = entry["mode"];
  if (typeof mode === "string" && !TEXT_MODES.has(mode))
    return { guard: "text", reason: `mode ${mode}: not priced per text token` };
  const provider = typeof entry["litellm_provider"] === "string" ? entry["litellm_provider"] : "";
  const seller =
    (Object.hasOwn(LITELLM_SELLERS, provider) ? LITELLM_SELLERS[provider]! : undefined) ??
    provider.replace(/^vertex_ai.*/, "vertex").replaceAll("_", "-");
  const bare = key.startsWith(`${provider}/`) ? key.slice(provider.length + 1) : key;
  return toPrice(seller === "" ? key : `${seller}/${bare}`, {
    input: entry["input_cost_per_token"],
    output: entry["output_cost_per_token"],
    cached: entry["cache_read_input_token_cost"],
    write: entry["cache_creation_input_token_cost"],
    batchInput: entry["input_cost_per_token_batches"],
    batchOutput: entry["output_cost_per_token_batches"],
    tiers: litellmTiers(entry),
    note: "",
    options,
  });
}

/** Tiers as named by LiteLLM: `input_cost_per_token_above_200k_tokens` and the like. */
function litellmTiers(entry: Fields): unknown[] {
  const starts = Object.keys(entry).flatMap(
    (name) => /^input_cost_per_token_above_(\d+)k_tokens$/.exec(name)?.[1] ?? [],
  );
  return starts
    .map(Number)
    .toSorted((a, b) => a - b)
    .map((thousands) => {
      const rateOf = (name: string): unknown => entry[`${name}_above_${thousands}k_tokens`] ?? entry[name];
      return {
        aboveInputTokens: thousands * 1000,
        inputUsdPerMtok: perMillion(rateOf("input_cost_per_token")),
        outputUsdPerMtok: perMillion(rateOf("output_cost_per_token")),
        cachedInputUsdPerMtok: perMillion(rateOf("cache_read_input_token_cost")),
        cacheWriteUsdPerMtok: perMillion(rateOf("cache_creation_input_token_cost")),
      } satisfies { [Field in keyof ContextTier]: unknown };
    });
}

function readOpenrouter(id: string, entry: unknown, options: ApiListOptions): ApiPrice | Broken {
  const pricing = isFields(entry) ? entry["pricing"] : undefined;
  if (!isFields(pricing)) return { guard: "price", reason: "it has no pricing" };
  if (Number(pricing["prompt"]) < 0)
    return { guard: "price", reason: "its price depends on the model that it is routed to" };
  return toPrice(`openrouter/${id}`, {
    input: pricing["prompt"],
    output: pricing["completion"],
    cached: pricing["input_cache_read"],
    write: pricing["input_cache_write"],
    batchInput: undefined,
    batchOutput: undefined,
    tiers: [],
    note: "OpenRouter also charges a fee on purchased credits",
    options,
  });
}

type Raw = {
  [Field in "input" | "output" | "cached" | "write" | "batchInput" | "batchOutput"]: unknown;
} & { tiers: unknown[]; note: string; options: ApiListOptions };

function toPrice(model: string, raw: Raw): ApiPrice | Broken {
  const [input, output] = [perMillion(raw.input), perMillion(raw.output)];
  if (input === null || output === null) {
    const what =
      Number(raw.input) === 0 || Number(raw.output) === 0
        ? "a price of 0: free, or not priced"
        : "no price for input or output";
    return { guard: "price", reason: `${what}; null is not 0` };
  }
  const { seenOn, source, classOf } = raw.options;
  const price = ApiPrice.safeParse({
    model,
    sellerClass: classOf(model.slice(0, model.indexOf("/"))),
    inputUsdPerMtok: input,
    outputUsdPerMtok: output,
    cachedInputUsdPerMtok: perMillion(raw.cached),
    cacheWriteUsdPerMtok: perMillion(raw.write),
    tiers: raw.tiers,
    batchInputUsdPerMtok: perMillion(raw.batchInput),
    batchOutputUsdPerMtok: perMillion(raw.batchOutput),
    tunedFrom: null,
    trainingUsdPerMtok: null,
    validFrom: null,
    validTo: null,
    seenOn,
    source: { kind: "catalogue", ref: source, asOf: seenOn },
    note: raw.note,
  });
  if (price.success) return price.data;
  const issue = price.error.issues[0]!;
  return { guard: "price", reason: `${issue.path.map(String).join(".")}: ${issue.message}` };
}

/**
 * A price per token converted to a price per million, as a decimal string; null if there is none or it is 0. Numbers
 * are rounded to twelve digits, so that 2.5e-06 gives exactly 2.5.
 */
function perMillion(value: unknown): string | null {
  const usd =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (!Number.isFinite(usd) || usd === 0) return null;
  const digits = Number((usd * 1e6).toPrecision(12)).toFixed(12);
  return digits.replace(/\.?0+$/, "");
}
