// Writes src/catalog/data/api-prices-listed.csv from the package @pydantic/genai-prices (MIT), which holds the list
// prices of API models with their days, context tiers and cache prices:
//   npm install --save-dev @pydantic/genai-prices@latest && node scripts/list-api-prices.mjs
// With --print the file goes to the terminal instead.
// Taken are prices for tokens of text that have both an input and an output price; what the package gives no price for,
// or a price of 0, stays empty: null is not 0. Of prices by the hour of the day the average over its hours is
// taken, and the others are in the note. Only facts are copied: the comments of the package stay there.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { findProvider } from "@pydantic/genai-prices";

const TARGET = new URL("../src/catalog/data/api-prices-listed.csv", import.meta.url);
const MANIFEST = new URL("../node_modules/@pydantic/genai-prices/package.json", import.meta.url);

/** Day on which each version was published: when its prices were last seen to hold. */
const RELEASED_ON = { "0.1.8": "2026-09-23" };

/** Sellers that are taken, by the package's ids. Routers are left out: they sell what is here already, with a fee. */
const SELLERS = {
  openai: "first-party",
  anthropic: "first-party",
  google: "first-party",
  "x-ai": "first-party",
  mistral: "first-party",
  deepseek: "first-party",
  moonshotai: "first-party",
  zai: "first-party",
  cohere: "first-party",
  minimax: "first-party",
  together: "open-weight-host",
  groq: "open-weight-host",
  fireworks: "open-weight-host",
  cerebras: "open-weight-host",
  novita: "open-weight-host",
  baseten: "open-weight-host",
  cloudflare: "open-weight-host",
  azure: "reseller",
  aws: "reseller",
};

/** Prices that were taken from a router: what it asks for somebody's copy is not the maker's price. */
const ROUTER_PRICE = /(?:imported from|seen on) openrouter/i;

/** Models of other makers, or open weights, that Google's cloud sells. */
const RESOLD = /^(?:claude|gemma)/;

/** Fine-tunes, which the package prices without cache, batch and training: api-prices.csv has them in full. */
const FINE_TUNE = /^ft:|\.ft-/;

/** Columns, each with the field of a row. */
const COLUMNS = [
  "model",
  "seller_class",
  "input_usd_per_mtok",
  "output_usd_per_mtok",
  "cached_input_usd_per_mtok",
  "cache_write_usd_per_mtok",
  "tiers",
  "valid_from",
  "valid_to",
  "seen_on",
  "source",
  "note",
];

/** The file as the installed package makes it. */
function listedApiPrices() {
  const { version } = JSON.parse(readFileSync(MANIFEST, "utf8"));
  const seenOn = RELEASED_ON[version];
  if (seenOn === undefined) throw new Error(`add the day on which ${version} was published to RELEASED_ON`);
  const source = `@pydantic/genai-prices ${version} (MIT)`;
  const rows = Object.entries(SELLERS).flatMap(([seller, sellerClass]) =>
    findProvider({ providerId: seller })
      .models.filter(
        ({ id, price_comments: comments = "" }) =>
          !FINE_TUNE.test(id) && !(sellerClass === "first-party" && ROUTER_PRICE.test(comments)),
      )
      .flatMap((model) =>
        pricesOf(model).map((price) => [
          `${seller}/${model.id}`,
          seller === "google" && RESOLD.test(model.id) ? "reseller" : sellerClass,
          ...price,
        ]),
      ),
  );
  const lines = rows.map(([...fields]) => fields.toSpliced(-1, 0, seenOn, source).map(csvField).join(","));
  return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}

/** The prices of a model by the days between which they hold: prices, tiers, first day, day after the last, note. */
function pricesOf({ prices, deprecated }) {
  const all = Array.isArray(prices) ? prices : [{ prices }];
  const byDay = all.filter(({ constraint }) => constraint?.type !== "time_of_date");
  const notes = [
    ...(deprecated ? ["the seller withdraws this model"] : []),
    ...all
      .filter(({ constraint }) => constraint?.type === "time_of_date")
      .map(
        ({ constraint, prices: each }) =>
          `${at(each.input_mtok, 0)} in and ${at(each.output_mtok, 0)} out from ${constraint.start_time} to ${constraint.end_time} each day`,
      ),
  ];
  const hourly = all.filter(({ constraint }) => constraint?.type === "time_of_date");
  return byDay.flatMap((each, index) => {
    // Prices by the hour came with the newest price of the day: the row is what a month at all hours pays.
    const isLast = index === byDay.length - 1;
    const [input, output, ...cache] = isLast ? overTheDay(each.prices, hourly) : tokenPrices(each.prices, 0);
    if (input === "" || output === "") return [];
    const to = byDay[index + 1]?.constraint?.start_date ?? "";
    return [[input, output, ...cache, tiersOf(each.prices), each.constraint?.start_date ?? "", to, notes.join("; ")]];
  });
}

/** Prices averaged over the hours of a day, with those of named hours in their share. */
function overTheDay(base, hourly) {
  const outside = tokenPrices(base, 0);
  if (hourly.length === 0) return outside;
  const parts = hourly.map(({ constraint, prices }) => ({
    share: ((secondsOf(constraint.end_time) - secondsOf(constraint.start_time) + 86_400) % 86_400) / 86_400,
    prices: tokenPrices(prices, 0),
  }));
  return outside.map((price, index) => {
    if (price === "") return "";
    const sum = parts.reduce(
      (total, { share, prices }) => total + share * (Number(prices[index] || price) - price),
      Number(price),
    );
    return String(Number(sum.toPrecision(6)));
  });
}

/** Seconds from the beginning of the day, of `00:30:00Z`; a span over midnight ends on the next day. */
function secondsOf(time) {
  const [hours, minutes, seconds] = time.replace("Z", "").split(":").map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

const KEYS = ["input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok"];

/** Input, output, cache read and cache write of a request with so many input tokens. */
function tokenPrices(prices, inputTokens) {
  return KEYS.map((key) => at(prices[key], inputTokens));
}

/** The tiers, each as `aboveInputTokens:input:output:cached:write`, by `;`. They hold for the whole of a request. */
function tiersOf(prices) {
  const starts = KEYS.flatMap((key) => (prices[key]?.tiers ?? []).map((tier) => tier.start));
  return [...new Set(starts)]
    .toSorted((a, b) => a - b)
    .map((start) => [start, ...tokenPrices(prices, start + 1)].join(":"))
    .join(";");
}

function at(price, inputTokens) {
  if (price === undefined) return "";
  const usd =
    typeof price === "number" ? price : (price.tiers.findLast((tier) => inputTokens > tier.start)?.price ?? price.base);
  return usd > 0 ? usd.toFixed(12).replace(/\.?0+$/, "") : "";
}

function csvField(value) {
  return /[",\n#]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

if (process.argv.includes("--print")) process.stdout.write(listedApiPrices());
else {
  writeFileSync(TARGET, listedApiPrices());
  console.log(`wrote ${fileURLToPath(TARGET)}`);
}
