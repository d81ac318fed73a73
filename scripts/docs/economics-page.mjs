// docs/guides/inference-economics.md: what an article says about serving a tuned model, line by line, against the figures.
import { ARTICLE, COMMANDS, USD_PER_DAY } from "./economics-figures.mjs";
import { markdownTable } from "./schema-tables.mjs";

/** Small and large API models, as the sentence on top groups them. */
const SMALL = ["openai/gpt-4o-mini"];
const LARGE = ["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "openai/gpt-5.5"];

/** Shares of the capacity at which the cost of a token is shown. */
const LOADS = [0.05, 0.1, 0.2, 0.4, 0.8];

/**
 * The page as Markdown blocks, its title first.
 *
 * @param figures  of `economicsFigures`
 * @param units    the module `base/units` of the build: how numbers are written
 */
export function economicsPage(figures, units) {
  const words = wordsWith(units);
  return [
    "# Inference economics: one claim, line by line",
    "Is a tuned model cheaper to run than an API? An article on the cost of fine-tuning (YuSMP Group, last updated 2026-05-26) gives this answer: a 13B model on 2 × H100 generates 12–20 million output tokens a day for 95–150 US dollars at 80 % utilisation. A thousand tokens then cost 0.005–0.012 dollars, compared with 0.60–15.00 at the APIs, which is an advantage of 50–1,500 times. This page compares each of these figures with dated prices and measurements. All prices are US dollars.",
    "## What survives review",
    ...summary(figures, words),
    "## Line by line",
    markdownTable(["the article", "verdict", "what holds"], verdicts(figures, words)),
    "## What such models reach",
    "The table shows output tokens per second as published, and Tunewright's estimate for the same row, which uses only other sources.",
    markdownTable(["measured on", "measured", "estimated, p10–p90", "source"], measuredRows(figures, words)),
    measuredNote(figures),
    "## Load decides",
    ...loadPart(figures, words),
    "## Against each seller of tokens",
    `Both sides serve the same requests: ${figures.mix.input} tokens in and ${figures.mix.output} out. *All in* is the price of a million output tokens including their input. *Break-even* is the daily output above which a node of 2 × H100 at ${USD_PER_DAY} dollars a day is cheaper. The next two columns show the share of the node's capacity that this output uses: of the measured ${words.count(figures.node.fast.tokensPerDay)} a day, and of the estimated capacity of a current engine within an SLO. *API costs more by* is *all in* divided by the ${words.usdRange(figures.node.fast.usdPerMtok.low, figures.node.slow.usdPerMtok.high)} of the node at 80 % load.`,
    markdownTable(
      ["seller", "in", "out", "price", "all in", "break-even a day", "of measured", "of estimated", "API costs more by"],
      figures.apis.map((api) => sellerRow(api, words)),
    ),
    "If the share of the measured capacity exceeds 100 %, the node never breaks even, because a second node costs as much per token as the first. Hosts of open models serve the base model; their prices for your own weights are not included. The models differ in quality, and a ratio of prices says nothing about the answers.",
    "## Prices that moved",
    "Prices are for input and output, per million tokens. A ratio of prices is only valid on the day of the prices.",
    markdownTable(
      ["model", ...figures.moved[0].on.map(({ day }) => `on ${day}`), "since"],
      figures.moved.map(({ model, on, since }) => [
        nameOf(model),
        ...on.map(({ price }) =>
          price === undefined ? "unknown" : `${words.listed(price.input)} / ${words.listed(price.output)}`,
        ),
        since ?? "unknown",
      ]),
    ),
    "DeepSeek charges more during peak hours (`tunewright prices show deepseek/deepseek-v4-flash`). For claude-sonnet-5, the price list of 2026-08-21 announced an increase to 3.00 / 15.00 on 2026-09-01; the list of 2026-09-23 no longer contains it.",
    "## “13B” is not the driver",
    "The size of the KV cache, which depends on the type of attention, determines how many requests run concurrently. The table is for requests of 1,000 tokens in and 300 out, with a copy of the model on each of two H100 GPUs, at saturation:",
    markdownTable(
      ["model", "bytes of KV cache per token", "tokens that fit on one GPU", "output tokens/s of both GPUs, p50 (p10–p90)"],
      figures.kv.map(({ model, bytesPerToken, poolTokens, tokensPerSec: { p10, p50, p90 } }) => [
        model,
        words.whole(bytesPerToken),
        words.count(poolTokens),
        `${words.number(p50)} (${words.range(p10, p90)})`,
      ]),
    ),
    "## Where the numbers come from",
    `Each figure is printed by one of the commands below, with its day and source, or is calculated from their output: dollars a day ÷ 24 ÷ GPUs; tokens a day ÷ 86,400; dollars a day ÷ (tokens a day × load). Rows: [inference-economics.csv](inference-economics.csv).`,
    `\`\`\`console\n${Object.values(COMMANDS)
      .map((line) => `$ tunewright ${line}`)
      .join("\n")}\n\`\`\``,
    "For your own model, traffic and prices: [serving a model](serving.md). How estimates are made: [serving](../concepts/serving.md).",
  ];
}

function wordsWith({ formatCount, formatNumber, formatRange }) {
  const usd = (value) => (value < 100 ? value.toFixed(2) : formatNumber(value));
  const share = (value) => `${value < 1 ? formatNumber(value * 100, 2) : Math.round(value * 100)} %`;
  const times = (value) => (value < 10 ? formatNumber(value, 2) : String(Math.round(value)));
  const whole = (value) => Math.round(value).toLocaleString("en-US");
  return {
    count: formatCount,
    number: formatNumber,
    whole,
    usd,
    share,
    times,
    listed: (value) => (Math.abs(value * 100 - Math.round(value * 100)) < 1e-9 ? value.toFixed(2) : String(value)),
    range: (low, high) => formatRange(low, high),
    usdRange: (low, high) => formatRange(low, high, usd),
    countRange: (low, high) => formatRange(low, high, formatCount),
    shareRange: (low, high) => `${formatRange(low * 100, high * 100, (value) => formatNumber(value, 2))} %`,
    timesRange: (low, high) => formatRange(low, high, times),
    wholeRange: (low, high) => formatRange(low, high, whole),
  };
}

/** Ratios of a group of sellers to the node, least and most. */
function timesOf(apis, models) {
  const group = apis.filter(({ model }) => models.includes(model));
  return {
    low: Math.min(...group.map(({ times }) => times.low)),
    high: Math.max(...group.map(({ times }) => times.high)),
  };
}

function summary({ node, apis, gpus, estimate }, words) {
  const [small, large] = [SMALL, LARGE].map((models) => timesOf(apis, models));
  const hosts = apis.filter(({ isHost }) => isHost).map(({ usdPerMtok }) => usdPerMtok);
  const neocloud = gpus.find(({ sellerClass }) => sellerClass === "neocloud");
  const perMtok = (usdPerDay, { atLoad }) => (usdPerDay / atLoad) * 1e6;
  const { low } = node.fast.usdPerMtok;
  const { high } = node.slow.usdPerMtok;
  return [
    `> A well-utilised node of 2 × H100 at ${ARTICLE.usdPerDay.low}–${ARTICLE.usdPerDay.high} dollars a day serves a 12B fine-tune at about **${words.usdRange(low, high)} dollars per million output tokens** at 80 % load. That is ${words.timesRange(small.low, small.high)} times below a small API model (gpt-4o-mini) and ${words.timesRange(large.low, large.high)} times below large ones (gpt-4o to GPT-5.5). The cost scales with 1/load, and is about the same as that of serverless hosts of open models of 8–14B (${words.usdRange(Math.min(...hosts), Math.max(...hosts))}).`,
    `Three factors change this cost. **The price of the GPU**: at the list prices of neoclouds on that day (${words.usdRange(neocloud.lowest.usd, neocloud.highest.usd)} per GPU-hour), it is ${words.usdRange(perMtok(neocloud.lowest.usdPerDay, node.fast), perMtok(neocloud.highest.usdPerDay, node.slow))}. **The engine**: the measurements are from 2024; the estimate for a current engine is ${words.usdRange(estimate.low, estimate.high)}, which must be measured before a contract is signed. **Load**: at 8 % load, the cost is ten times as high.`,
  ];
}

function verdicts({ claim, gpus, alone, rows, node, h200, estimate, apis, llama70b }, words) {
  const aws = gpus
    .find(({ sellerClass }) => sellerClass === "hyperscaler")
    .sellers.find(({ seller }) => seller === "aws");
  const onAws = [node.fast, node.slow].map(({ atLoad }) => (aws.usdPerDay / atLoad) * 1e6);
  const range = ({ low, high }, format) => format(low, high);
  const classes = gpus.map(
    ({ sellerClass, lowest, highest }) =>
      `${sellerClass}s ${words.usdRange(lowest.usd, highest.usd)} (${words.wholeRange(lowest.usdPerDay, highest.usdPerDay)} a day)`,
  );
  const more = [node.slow.tokensPerSec / claim.tokensPerSec.high, node.fast.tokensPerSec / claim.tokensPerSec.low];
  const tooDear = [
    (ARTICLE.usdPerKtok70b.low * 1000) / llama70b.usdPerMtok.high,
    (ARTICLE.usdPerKtok70b.high * 1000) / llama70b.usdPerMtok.low,
  ];
  const priceOf = (model) => apis.find((api) => api.model === model);
  const prices = [
    "openai/gpt-4o-mini",
    "openai/gpt-5.6-luna",
    "google/gemini-3.7-flash",
    "openai/gpt-4o",
    "anthropic/claude-sonnet-4-5",
    "openai/gpt-5.5",
  ]
    .map(priceOf)
    .map(({ model, input, output }) => `${nameOf(model)} ${words.listed(input)}/${words.listed(output)}`);
  const ratios = [...SMALL, ...LARGE]
    .map(priceOf)
    .map(({ model, times }) => `${nameOf(model)} ${words.timesRange(times.low, times.high)}`);
  return [
    [
      "2 × H100 for 95–150 a day",
      "**on demand only on marketplaces**",
      `It is ${range(claim.usdPerGpuHour, words.usdRange)} per GPU-hour. List prices of the day: ${classes.join("; ")}.`,
    ],
    [
      "12–20M output tokens a day",
      "**the speed of one request at a time**",
      `It is ${range(claim.tokensPerSec, words.wholeRange)} tokens/s. One request after another on this node: ${words.range(alone.p10, alone.p90)}, estimated. A 12B model on 2 × H100 under load: ${words.whole(node.slow.tokensPerSec)} and ${words.whole(node.fast.tokensPerSec)} measured, ${words.timesRange(...more)} times as many; ${words.range(estimate.tokensPerSec.p10, estimate.tokensPerSec.p90)} estimated for a current engine.`,
    ],
    [
      "at 80 % utilisation",
      "**of what?**",
      `80 % of the measured throughput is ${words.countRange(node.slow.atLoad, node.fast.atLoad)} a day. Utilisation is throughput over capacity: nvidia-smi showed 78 % while an 8B model produced ${words.share(rows.get("llama-8b-1").measured / rows.get("llama-8b-200").measured)} of its maximum output, and 54 % at full load (arXiv 2606.11690).`,
    ],
    [
      "0.005–0.012 per thousand output tokens",
      "**right arithmetic, wrong machine**",
      `It is ${range(claim.usdPerMtok, words.usdRange)} per million. With measured throughput ${words.usdRange(node.fast.usdPerMtok.low, node.slow.usdPerMtok.high)}; at the price of AWS (${words.whole(aws.usdPerDay)} a day) ${words.usdRange(...onAws)}; a 13B on 2 × H200 at the article's dollars ${range(h200.write.usdPerMtok, words.usdRange)} for long answers, ${range(h200.read.usdPerMtok, words.usdRange)} for long prompts.`,
    ],
    [
      "APIs at 0.60–15.00 per thousand",
      "**wrong by 1,000**",
      `These are prices per million: in/out ${prices.join(", ")}.`,
    ],
    [
      "an advantage of 50–1,500 times",
      "**wrong**",
      `With its own figures and the correct unit: between ${words.times(claim.dearer)} times more expensive and ${words.times(claim.cheaper)} times cheaper. With measured throughput the API costs more by: ${ratios.join(", ")}.`,
    ],
    [
      "70B on 4 × H100: 0.02–0.06 per thousand",
      `**${words.timesRange(...tooDear)} times too expensive**`,
      `It is ${words.whole(ARTICLE.usdPerKtok70b.low * 1000)}–${words.whole(ARTICLE.usdPerKtok70b.high * 1000)} per million. Llama-2-70B in FP8 reached ${words.whole(llama70b.tokensPerSecPerGpu)} tokens/s per H100 within MLPerf's SLO (4 of them: ${words.count(llama70b.tokensPerDay)} a day; ${words.range(llama70b.estimate.low, llama70b.estimate.high)} tokens/s estimated): ${range(llama70b.usdPerMtok, words.usdRange)} at full load and 190–300 a day.`,
    ],
  ];
}

/** Rows of the table of measurements: what they were of, in words. */
const ROW_WORDS = {
  "nemo-2408": "12B BF16, 2 × H100, vLLM 0.5.4, 320 requests at once",
  "nemo-2409": "the same on 2024-09-07; vLLM 0.6.0, according to the date",
  "qwen-14b": "14B BF16, 1 × H100 PCIe, vLLM 0.8.5, 32 requests/s for 27 s",
  "llama-13b-short": "13B FP8, 1 × H200, TensorRT-LLM 0.5, 128 in, 128 out",
  "llama-13b-write": "the same, 128 in, 2,048 out",
  "llama-13b-read": "the same, 2,048 in, 128 out",
  "llama-8b-1": "8B FP16, 1 × H100, vLLM 0.19, 512 in, 256 out, 1 request/s",
  "llama-8b-5": "the same, 5 requests/s",
  "llama-8b-10": "the same, 10 requests/s",
  "llama-8b-200": "the same, 200 requests/s: its maximum",
  "llama-70b": "70B FP8, 16 × H100, TensorRT, MLPerf 5.1 server",
};

function measuredRows({ rows }, words) {
  return [...rows.values()].map(({ id, measured, p10, p90, source }) => [
    ROW_WORDS[id],
    words.whole(measured),
    p10 === undefined ? "refused" : words.range(p10, p90),
    source.split(" ")[0],
  ]);
}

function measuredNote({ rows }) {
  const answered = [...rows.values()].filter(({ p10 }) => p10 !== undefined);
  const held = answered.filter(({ measured, p10, p90 }) => p10 <= measured && measured <= p90);
  const under = answered.filter(({ measured, p10 }) => measured < p10);
  return `Of ${answered.length} rows with an estimate, ${held.length} are within the range, and ${under.length} reached less than its low end: measure before you base a contract on an estimate. The two bursts of 320 requests understate the speed, because they include the start and the tail. In the second burst, 112 of 320 answers are empty and count as completed. The means of 216 and 162 tokens therefore cover all requests; the non-empty answers had 250 output tokens.`;
}

function loadPart({ node, rows }, words) {
  const top = rows.get("llama-8b-200").measured;
  const shares = ["llama-8b-1", "llama-8b-5", "llama-8b-10"].map((id) => words.share(rows.get(id).measured / top));
  return [
    `A node is paid for by the hour, regardless of its load: 1, 5 and 10 requests a second of 256 tokens used ${shares.join(", ")} of the GPU's maximum output. The table shows dollars per million output tokens at ${USD_PER_DAY} dollars a day, for the two measured speeds of 2 × H100:`,
    markdownTable(
      ["load", "output tokens a day", "dollars per million"],
      LOADS.map((load) => {
        const perDay = [node.slow, node.fast].map(({ tokensPerDay }) => tokensPerDay * load);
        return [
          words.share(load),
          words.countRange(...perDay),
          words.usdRange((USD_PER_DAY / perDay[1]) * 1e6, (USD_PER_DAY / perDay[0]) * 1e6),
        ];
      }),
    ),
  ];
}

function sellerRow(
  {
    model,
    isHost,
    input,
    output,
    since,
    until,
    seenOn,
    usdPerMtok,
    breakEven,
    shareOfMeasured,
    shareOfEstimate,
    times,
  },
  words,
) {
  const dates = [since === null ? "" : `since ${since}`, `seen ${seenOn}`, until === null ? "" : `until ${until}`];
  return [
    `${nameOf(model)}${isHost ? " (host)" : ""}`,
    words.listed(input),
    words.listed(output),
    dates.filter((each) => each !== "").join(", "),
    words.usd(usdPerMtok),
    words.count(breakEven),
    shareOfMeasured > 1 ? `never (${words.share(shareOfMeasured)})` : words.share(shareOfMeasured),
    words.shareRange(shareOfEstimate.p10, shareOfEstimate.p90),
    words.timesRange(times.low, times.high),
  ];
}

/** A model by its short name; hosts by theirs too, as many sell the same. */
function nameOf(model) {
  const [seller, ...rest] = model.split("/");
  const isHost = ["together", "deepinfra", "groq"].includes(seller);
  return isHost ? `${seller} ${rest.at(-1)}` : rest.at(-1);
}
