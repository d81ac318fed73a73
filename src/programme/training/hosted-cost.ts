import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import { formatMoney, parseMoney } from "../../base/money.ts";
import { loadTokenCounter } from "../../curate/tokens/token-counter.ts";
import { HOSTED_ENCODING } from "../../domain/hosted-run.ts";
import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";
import { hostedNews } from "../../launch/engines/openai/openai.ts";
import { effectiveMsOf, lockLedger, post } from "../../ledger/post.ts";
import type { Store } from "../../store/open-store.ts";
import type { JobRow } from "./job-rows.ts";

/** Number of rows whose tokens are counted; the others are extrapolated by their characters. */
const COUNTED_ROWS = 2_000;

/** Tokens that a chat template adds to a message. @source OpenAI cookbook, "How to count tokens": 3, and 1 for a name */
const MESSAGE_TOKENS = 4;

const MTOK = 1_000_000n;

/** Cost of trained tokens in pico-dollars, rounded up. */
function tokensPico(usdPerMillionTokens: string, tokens: number): bigint {
  return (parseMoney(usdPerMillionTokens) * BigInt(Math.ceil(tokens)) + MTOK - 1n) / MTOK;
}

/**
 * Compares the tokens that a provider will bill with the cap. The API has no cap of its own and reports tokens only at
 * the end, so the cap is enforced by refusing the start.
 */
export async function checkHostedCost(spec: TrainingFile, files: readonly string[]): Promise<PreflightCheck> {
  const { hosted, maxUsd } = spec;
  if (hosted === undefined || files.length === 0) {
    return { check: "cost", ok: false, detail: "its cost is unknown", fix: "add hosted: to the training file" };
  }
  const { low, high } = await rowTokens(files);
  const usd = (tokens: number): string =>
    (Number(tokensPico(hosted.usdPerMillionTokens, tokens * hosted.epochs)) / 1e12).toFixed(4);
  const detail = `${low} to ${high} tokens x ${hosted.epochs} epochs at ${hosted.usdPerMillionTokens} USD per million: ${usd(low)} to ${usd(high)} USD`;
  const isOver =
    maxUsd !== undefined && tokensPico(hosted.usdPerMillionTokens, high * hosted.epochs) > parseMoney(maxUsd);
  return isOver
    ? { check: "cost", ok: false, detail: `${detail}; maxUsd is ${maxUsd}`, fix: "raise maxUsd, or train fewer epochs" }
    : { check: "cost", ok: true, detail, fix: null };
}

/** Tokens of the messages of all rows, as a range: the tokenizer of the provider's model is not known. */
async function rowTokens(files: readonly string[]): Promise<{ low: number; high: number }> {
  const counter = await loadTokenCounter(HOSTED_ENCODING);
  let [rows, tokens, characters, all] = [0, 0, 0, 0];
  let messages = 0;
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === "") continue;
      const texts = textsIn(JSON.parse(line));
      const size = texts.reduce((sum, text) => sum + text.length, 0);
      all += size;
      messages += texts.length;
      rows += 1;
      if (rows > COUNTED_ROWS) continue;
      characters += size;
      for (const text of texts) tokens += counter.count(text);
    }
  }
  const total = characters === 0 ? 0 : (tokens * all) / characters;
  const [low, high] = counter.errorFactors;
  const template = messages * MESSAGE_TOKENS;
  return { low: Math.floor(total * low), high: Math.ceil(total * high) + template };
}

/** Every text under a key named content. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "content" && typeof inner === "string" ? [inner] : textsIn(inner),
  );
}

/**
 * Posts the trained tokens of an attempt to the ledger as the cost of training, in the name of its run: every budget that
 * applies to the run counts them. A repeated call posts nothing more.
 *
 * @returns its cost in US dollars; undefined if the provider has not reported the tokens
 */
export async function postTrainedTokens(
  store: Store,
  { job, spec, attempt }: { job: JobRow; spec: TrainingFile; attempt: number },
  now: Date,
): Promise<string | undefined> {
  const news = await hostedNews(job.folder);
  if (spec.hosted === undefined || news === undefined || news.trainedTokens === null) return undefined;
  const usd = formatMoney(tokensPico(spec.hosted.usdPerMillionTokens, news.trainedTokens));
  if (parseMoney(usd) === 0n) return usd;
  const key = `training:${job.job_id}-${attempt}`;
  await store.write(async (db) => {
    await lockLedger(db, store);
    if ((await effectiveMsOf(db, key)) !== undefined) return; // posted by a supervisor that was killed afterwards
    await post(
      db,
      {
        idempotencyKey: key,
        kind: "spend",
        currency: "USD",
        effectiveMs: now.getTime(),
        runId: job.run_id,
        memo: `${news.trainedTokens} trained tokens of ${spec.name}, job ${news.jobId} of the provider`,
        lines: [
          { account: "spent:training", amount: usd },
          { account: `paid:training/${job.job_id}-${attempt}`, amount: formatMoney(-parseMoney(usd)) },
        ],
      },
      now.getTime(),
    );
  });
  return usd;
}
