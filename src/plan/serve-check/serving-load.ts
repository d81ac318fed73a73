import type { Load } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";
import { servingGpus } from "./serving-layout.ts";

/** The load of a row's server, over all replicas. */
export type ServingLoad = { load: Load };

const RATE =
  /(\d+\.?\d*|\.\d+) ?(?:req(?:uests?)?|queries|prompts)? ?(?:\/|per) ?s(?:ec(?:ond)?)?\b|(\d+\.?\d*) ?[rq]ps\b|(?:request[-_ ]?rate|[rq]ps)[ =:]*(\d+\.?\d*)/i;
const ENDLESS_RATE = /(?:request[-_ ]?rate|[rq]ps)[ =:]*inf/i;
const PROMPTS = /(\d[\d,]*) (?:prompts|requests|samples)\b(?! ?(?:\/|per))|num[-_]prompts[ =:]*(\d+)/i;
const AT_ONCE = /at once|burst|queued together/i;
const SATURATED = /^(max|maximum|inf|infinite|unlimited|saturat\w*|offline|peak)\b(?!.*\d)/i;
const AT_LIMIT = /max(?:imum)? valid (?:qps|rate)|at (?:the )?slo/i;

/** Limit on the time per output token under which a rate was the highest: `max valid QPS, TPOT within 200 ms`. */
const TOKEN_LIMIT = /\btpot (?:within|under|up to|below|at most|<=?|≤) ?(\d+\.?\d*) ?ms\b/i;
const COUNT =
  /^(?:c(?:oncurrency)?|conc|batch(?:[-_ ]?size)?|bs|b|users)?[ =:]*(\d+)(?:\.0+)?(?: (?:users|concurrent(?: requests| users)?|streams|sequences))?$/i;

/** All sequences of a batch consist of the same tokens, as some benchmarks send them: few experts are read. */
const IDENTICAL = /\bidentical (?:sequences|prompts)\b/i;

const PER_GPU = /^(\d+) ?\(?(?:per|\/) ?gpu\)?$/i;

/**
 * The load of a row, from `concurrency` with `load`, `scenario` and `extra_facts`, or the reason why it is unknown. A
 * bare number is a batch if the load states one or the run was offline; otherwise it is the number of requests in
 * flight.
 */
export function servingLoad(text: RowText): ServingLoad | { refused: string } {
  const read = statedLoad(text);
  return "refused" in read ? read : followed(read.load);
}

/** Maximum number of simulated requests; more would take longer without adding information. */
const MOST_FOLLOWED = 20_000;

/**
 * Limits a load to the number of requests that are simulated. Loads at a rate or in rounds are shortened; a larger
 * number of simultaneous requests is refused.
 */
function followed(load: Load): ServingLoad | { refused: string } {
  const atOnce = "requests" in load && load.kind !== "rate" ? (load.requests ?? 0) : 0;
  if (atOnce > MOST_FOLLOWED)
    return { refused: `${atOnce} simultaneous requests, of which at most ${MOST_FOLLOWED} are simulated` };
  if (load.kind === "concurrency" && load.sent !== undefined)
    return { load: { ...load, sent: Math.min(load.sent, MOST_FOLLOWED) } };
  if (load.kind !== "rate" || (load.requests ?? 0) <= MOST_FOLLOWED) return { load };
  return { load: { kind: "rate", perSec: load.perSec } };
}

function statedLoad(text: RowText): ServingLoad | { refused: string } {
  const written = text("concurrency");
  const kind = text("load").toLowerCase();
  if (AT_LIMIT.test(written)) {
    const tpotMs = Number(TOKEN_LIMIT.exec(written)?.[1]);
    return !(tpotMs > 0)
      ? { refused: "the limit of the latency under which the rate was the highest is not stated" }
      : { load: { kind: "token-limit", tpotMs } };
  }
  const requests = promptsOf(text);
  if (ENDLESS_RATE.test(written)) return { load: { kind: "all-at-once", ...requests } };
  const rate = RATE.exec(written);
  if (rate) {
    const perSec = Number(rate[1] ?? rate[2] ?? rate[3]);
    return perSec > 0
      ? { load: { kind: "rate", perSec, requests: ASSUMED_SENT, ...requests } }
      : { refused: "the request rate is zero" };
  }
  if (AT_ONCE.test(written)) return { load: { kind: "all-at-once", ...requests } };
  const count = COUNT.exec(written) ?? PER_GPU.exec(written);
  if (count) return ofCount(Number(count[1]) * (COUNT.test(written) ? 1 : servingGpus(text)), text);
  if (SATURATED.test(written) || (written === "" && /saturat|all-at-once/.test(kind)))
    return { load: { kind: "saturation" } };
  return {
    refused:
      written === ""
        ? "concurrency not stated"
        : `concurrency "${written.slice(0, 40)}" is neither a number, a rate such as "8 req/s", "320 prompts at once" nor "max"`,
  };
}

/**
 * Number of requests that a client of an open loop sends if its row does not state it. An assumption: vLLM's and
 * SGLang's clients send 1,000 by default, and the examples that people copy send 200. It matters if requests arrive
 * faster than they are served.
 */
const ASSUMED_SENT = 500;

function ofCount(count: number, text: RowText): ServingLoad | { refused: string } {
  const [kind, scenario] = [text("load").toLowerCase(), text("scenario")];
  if (count < 1) return { refused: "the number of requests is zero" };
  if (/open|poisson|rate/.test(kind))
    return { refused: `an open-loop load needs its rate, such as "${count} req/s", and concurrency is ${count}` };
  if (/at-once|burst/.test(kind)) return { load: { kind: "all-at-once", requests: count } };
  const isBatch = /static|batch/.test(kind) || (kind === "" && /offline|static|batch/i.test(scenario));
  if (isBatch) {
    const alike = IDENTICAL.test(text("extra_facts")) ? { alike: true } : {};
    return { load: { kind: "static-batch", requests: count, ...alike } };
  }
  // A window without the first and the last wave, as in our own load test.
  if (/steady/.test(kind)) return { load: { kind: "concurrency", requests: count } };
  const sent = promptsOf(text).requests ?? count * assumedRounds(count);
  return { load: { kind: "concurrency", requests: count, sent: Math.max(count, sent) } };
}

/**
 * Number of requests that clients of a closed loop send per open request, if a row does not state it. An assumption: it
 * decreases with concurrency, to limit the duration of a run. All requests count, including the first wave.
 */
const ROUNDS = { few: 8, many: 5, manyFrom: 100 } as const;

function assumedRounds(count: number): number {
  return count > ROUNDS.manyFrom ? ROUNDS.many : ROUNDS.few;
}

/** Total number of requests of a benchmark, if the row states it. */
function promptsOf(text: RowText): { requests?: number } {
  const found = PROMPTS.exec(text("concurrency")) ?? PROMPTS.exec(text("extra_facts"));
  const count = Number((found?.[1] ?? found?.[2] ?? "").replaceAll(",", ""));
  return count >= 1 ? { requests: count } : {};
}

/** The load of one of several replicas that share requests evenly. */
export function perReplica(load: Load, replicas: number): Load {
  const share = (requests: number): number => Math.max(1, requests / replicas);
  switch (load.kind) {
    case "rate":
      return {
        ...load,
        perSec: load.perSec / replicas,
        ...(load.requests === undefined ? {} : { requests: Math.ceil(share(load.requests)) }),
      };
    case "concurrency":
      return {
        ...load,
        requests: share(load.requests),
        ...(load.sent === undefined ? {} : { sent: Math.ceil(share(load.sent)) }),
      };
    case "static-batch":
      return { ...load, requests: share(load.requests) };
    case "all-at-once":
      return load.requests === undefined ? load : { ...load, requests: Math.ceil(share(load.requests)) };
    default:
      return load;
  }
}
