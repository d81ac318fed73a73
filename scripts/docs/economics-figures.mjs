// The figures of docs/guides/inference-economics.md, each from a command of Tunewright or from the arithmetic that stands next to it.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Claims of the article of May 2026 about serving. */
export const ARTICLE = {
  usdPerDay: { low: 95, high: 150 },
  outputTokensPerDay: { low: 12e6, high: 20e6 },
  load: 0.8,
  gpus: 2,
  apiUsdPerKtok: { low: 0.6, high: 15 },
  usdPerKtok70b: { low: 0.02, high: 0.06 },
  advantage: { low: 50, high: 1500 },
};

/** The requests of the measurements: mean tokens of 320 prompts of ShareGPT. */
const MIX = { input: 216, output: 162 };

/** US dollars per day at which break-evens are stated: $2.50 per GPU-hour. */
export const USD_PER_DAY = 120;

const ON = "2026-11-25";
/** Days before and after it, between which prices moved. */
const BEFORE = "2026-07-01";
const AFTER = "2027-01-01";
const run = promisify(execFile);
const SECONDS_PER_DAY = 86_400;
const ROWS = "docs/guides/inference-economics.csv";
const NEMO = "mistralai/Mistral-Nemo-Instruct-2407";
const LLAMA = "meta-llama/Llama-2-13b-hf";

/** Sellers of tokens: models of first parties from small to large, and hosts of open models of 8-14B. */
export const APIS = [
  "openai/gpt-4o-mini",
  "openai/ft:gpt-4o-mini",
  "openai/gpt-5.6-luna",
  "deepseek/deepseek-v4-flash",
  "google/gemini-3.7-flash",
  "anthropic/claude-sonnet-5",
  "openai/gpt-4o",
  "anthropic/claude-sonnet-4-5",
  "openai/gpt-5.6-sol",
  "openai/gpt-5.5",
  "together/meta-llama/Llama-2-13b-chat-hf",
  "deepinfra/Qwen3-14B fp8",
  "groq/llama-3.1-8b-instant",
];

/** Models whose prices moved, and one whose price was to. */
const MOVED = [
  "anthropic/claude-sonnet-5",
  "deepseek/deepseek-v4-flash",
  "deepseek/deepseek-v4-pro",
  "google/gemini-3.7-flash",
  "openai/gpt-5.6-luna",
  "openai/gpt-5.6-sol",
];

const requests = `--input-tokens ${MIX.input} --output-tokens ${MIX.output}`;
const price = `--usd-per-gpu-hour ${USD_PER_DAY / 24 / ARTICLE.gpus} --on ${ON}`;
const long = (model) => `plan serve --model ${model} --input-tokens 1000 --output-tokens 300 ${price}`;

/** Every command that a figure is from, as the page shows it. */
export const COMMANDS = {
  gpuPrices: `prices list --gpu H100 --term on-demand --on ${ON}`,
  measured: `plan check serving ${ROWS}`,
  alone: `plan serve --model ${LLAMA} --tensor-parallel 2 --concurrency 1 ${requests} ${price}`,
  loaded: `plan serve --model ${NEMO} --tensor-parallel 2 ${requests} ${price}`,
  long13b: long(LLAMA),
  long12b: long(NEMO),
  long8b: long("meta-llama/Llama-3.1-8B-Instruct"),
  apis: `prices list --api --on ${ON}`,
  apisBefore: `prices list --api --on ${BEFORE}`,
  apisAfter: `prices list --api --on ${AFTER}`,
  compare: [
    `plan compare --model ${NEMO} --tensor-parallel 2 ${requests} ${price} --draws 100`,
    `--input-tokens-per-month ${MIX.input}e7 --output-tokens-per-month ${MIX.output}e7`,
    "--peak-over-mean 1 --engineer-hours-per-month 0 --tokenizer-ratio 1",
    ...APIS.map((model) => `--api ${model.includes(" ") ? `"${model}"` : model}`),
  ].join(" "),
};

/**
 * All figures of the page.
 *
 * @param root  the repository: its build is run
 */
export async function economicsFigures(root) {
  const asked = Object.entries(COMMANDS).map(async ([id, line]) => [id, await answerOf(line, root)]);
  const answers = Object.fromEntries(await Promise.all(asked));
  const sources = sourcesOf(readFileSync(join(root, ROWS), "utf8"));
  const rows = new Map(answers.measured.rows.map((row) => [row.id, { ...row, source: sources.get(row.id) }]));
  const claim = claimFigures();
  const node = [rows.get("nemo-2408"), rows.get("nemo-2409")].map(({ measured }) => selfHosted(measured));
  const capacity = answers.loaded.capacityAtSlo.outputTokensPerSec;
  return {
    on: ON,
    mix: MIX,
    claim,
    gpus: gpuFigures(answers.gpuPrices),
    alone: answers.alone.atLoad.outputTokensPerSec,
    rows,
    node: { slow: node[0], fast: node[1] },
    h200: {
      read: selfHosted(2 * rows.get("llama-13b-read").measured),
      write: selfHosted(2 * rows.get("llama-13b-write").measured),
    },
    estimate: {
      tokensPerSec: capacity,
      low: selfHosted(capacity.p90).usdPerMtok.low,
      high: selfHosted(capacity.p10).usdPerMtok.high,
    },
    llama70b: fourGpus(rows.get("llama-70b")),
    apis: apiFigures(answers, node),
    moved: movedPrices(answers),
    kv: [answers.long13b, answers.long12b, answers.long8b].map(attentionFigures),
  };
}

async function answerOf(line, root) {
  const argv = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 };
  const { stdout } = await run(
    process.execPath,
    [join(root, "dist/cli/main.js"), ...argv, "--json", "--quiet"],
    options,
  );
  return JSON.parse(stdout);
}

/** The source of each measured row: the second and third column hold no comma. */
function sourcesOf(csv) {
  return new Map(
    csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => [line.split(",")[0], line.split(",")[2]]),
  );
}

function claimFigures() {
  const { usdPerDay, outputTokensPerDay, load, gpus, apiUsdPerKtok } = ARTICLE;
  const mapped = (range, map) => ({ low: map(range.low), high: map(range.high) });
  const usdPerMtok = {
    low: (usdPerDay.low / outputTokensPerDay.high) * 1e6,
    high: (usdPerDay.high / outputTokensPerDay.low) * 1e6,
  };
  return {
    usdPerGpuHour: mapped(usdPerDay, (usd) => usd / 24 / gpus),
    tokensPerSec: mapped(outputTokensPerDay, (tokens) => tokens / SECONDS_PER_DAY),
    atFullLoad: mapped(outputTokensPerDay, (tokens) => tokens / SECONDS_PER_DAY / load),
    usdPerMtok,
    // The dollars of its APIs are those of a million tokens.
    dearer: usdPerMtok.high / apiUsdPerKtok.low,
    cheaper: apiUsdPerKtok.high / usdPerMtok.low,
  };
}

/** Output of a node at 80 % of its throughput, and the cost of a million tokens at the article's dollars per day. */
function selfHosted(tokensPerSec) {
  const tokensPerDay = tokensPerSec * SECONDS_PER_DAY;
  const atLoad = tokensPerDay * ARTICLE.load;
  const { low, high } = ARTICLE.usdPerDay;
  return { tokensPerSec, tokensPerDay, atLoad, usdPerMtok: { low: (low / atLoad) * 1e6, high: (high / atLoad) * 1e6 } };
}

/** Four GPUs of a larger system; 1,000,000 tokens at full load, at twice the article's dollars for two. */
function fourGpus({ measured, p10, p90 }) {
  const share = 4 / 16;
  const tokensPerDay = measured * share * SECONDS_PER_DAY;
  const { low, high } = ARTICLE.usdPerDay;
  return {
    tokensPerSecPerGpu: measured / 16,
    tokensPerDay,
    usdPerMtok: { low: ((2 * low) / tokensPerDay) * 1e6, high: ((2 * high) / tokensPerDay) * 1e6 },
    estimate: { low: p10 * share, high: p90 * share },
  };
}

/** List prices of an H100 by class of seller, and the day's range that estimates take. */
function gpuFigures({ prices, estimates }) {
  const sxm = prices.filter(({ gpu, kind }) => gpu === "H100-80GB-SXM" && kind !== "range");
  const usdPerDay = (usd) => usd * 24 * ARTICLE.gpus;
  return ["marketplace", "neocloud", "hyperscaler"].map((sellerClass) => {
    const rows = sxm
      .filter((row) => row.sellerClass === sellerClass)
      .toSorted((a, b) => Number(a.lowUsd) - Number(b.lowUsd));
    const { usdPerGpuHour } = estimates.find(
      (each) => each.gpu === "H100-80GB-SXM" && each.term === "on-demand" && each.sellerClass === sellerClass,
    );
    const named = (row) => ({
      seller: row.seller,
      usd: Number(row.lowUsd),
      usdPerDay: usdPerDay(Number(row.lowUsd)),
      since: row.validFrom,
    });
    return {
      sellerClass,
      lowest: named(rows[0]),
      highest: named(rows.at(-1)),
      sellers: rows.map(named),
      median: usdPerGpuHour.p50,
      medianPerDay: usdPerDay(usdPerGpuHour.p50),
    };
  });
}

/** Sellers of tokens on the mix, from the dearest volume of break-even to the least. */
function apiFigures({ apis, compare }, [slow, fast]) {
  return APIS.map((model) => {
    const row = apis.prices.find((each) => each.model === model);
    const option = compare.options.find(({ label }) => label === model);
    const { outputTokensPerDay, capacityShare } = compare.breakEven.find(
      (each) => each.option === "own-on-demand" && each.against === option.id,
    );
    const usdPerMtok = option.costs.usdPerMtokOutput.p50;
    return {
      model,
      isHost: row.sellerClass === "open-weight-host",
      input: Number(row.inputUsdPerMtok),
      output: Number(row.outputUsdPerMtok),
      since: row.validFrom,
      until: row.validTo,
      seenOn: row.seenOn,
      usdPerMtok,
      breakEven: outputTokensPerDay.p50,
      shareOfMeasured: outputTokensPerDay.p50 / fast.tokensPerDay,
      shareOfEstimate: capacityShare,
      times: { low: usdPerMtok / slow.usdPerMtok.high, high: usdPerMtok / fast.usdPerMtok.low },
    };
  });
}

/** Prices of first parties on the three days, input and output per million tokens. */
function movedPrices({ apisBefore, apis, apisAfter }) {
  const on = [
    [BEFORE, apisBefore],
    [ON, apis],
    [AFTER, apisAfter],
  ].map(([day, { prices }]) => ({
    day,
    prices: new Map(
      prices.map((row) => [row.model, { input: Number(row.inputUsdPerMtok), output: Number(row.outputUsdPerMtok) }]),
    ),
  }));
  return apis.prices
    .filter(({ model }) => MOVED.includes(model))
    .map(({ model, validFrom }) => ({
      model,
      since: validFrom,
      on: on.map(({ day, prices }) => ({ day, price: prices.get(model) })),
    }));
}

/** Effect of attention on a model: bytes of the cache per token, and two GPUs with a copy each. */
function attentionFigures({ spec, memory, saturation }) {
  const { p10, p50, p90 } = saturation.outputTokensPerSec;
  const both = (value) => value * ARTICLE.gpus;
  return {
    model: spec.model,
    bytesPerToken: memory.kvBytesPerToken,
    poolTokens: memory.kvPoolTokens,
    tokensPerSec: { p10: both(p10), p50: both(p50), p90: both(p90) },
  };
}
