import type { Replica } from "./replica.ts";
import { requestLengths } from "./request-lengths.ts";
import type { ServeMemory } from "./serve-memory.ts";
import type { Served } from "./served.ts";
import { stepPrices } from "./step-prices.ts";

/** Replicas of each kind, the number of requests that clients keep in flight, and the total number that they send. */
export type DisaggregatedLoad = { prefill: number; decode: number; concurrency: number; count: number };

/**
 * Decode steps that a request waits through before it decodes: allocation of its cache, transfer of the cache, the
 * waiting queue, and the batch, each checked once per step.
 *
 * @source SGLang, `disaggregation/decode.py`, life cycle of a request in the decode server: `DecodePreallocQueue`,
 *   `DecodeTransferQueue`, waiting queue, running batch; read 2026-11-25
 */
const HAND_OVER_STEPS = 4;

type Passing = { input: number; output: number; arrivalSec: number; admittedSec: number; firstSec: number };

/** A request in decode. It ends when the number of tokens generated per sequence since the start reaches `endsAt`. */
type Decoding = Passing & { endsAt: number };

type Done = Passing & { endSec: number };

/**
 * Event-by-event simulation of a closed loop with prefill and decode on separate replicas. All clients start at once.
 * Prompts queue in order of arrival for the first free prefill replica, which reads as many as its budget allows. Their
 * cache is then sent over the network to the decode replicas, which share the load. Rates are totals over all replicas.
 */
export function disaggregated(replica: Replica, memory: ServeMemory, load: DisaggregatedLoad): Served {
  const { run } = replica;
  const { prefill, decode, concurrency, count } = load;
  const price = stepPrices(replica);
  const inputs = requestLengths(run.inputTokens, { count, which: "input", least: 1 });
  const outputs = requestLengths(run.outputTokens, { count, which: "output", least: 2 });
  const context = run.inputTokens.mean + run.outputTokens.mean / 2;
  const tokenSec = (decoding: number): number =>
    price({ decodes: Math.max(1, decoding / decode), context, promptTokens: 0, promptLength: 1 });
  const queue: Passing[] = [];
  const send = (nowSec: number): void => {
    const [input, output] = [inputs[sent]!, outputs[sent]!];
    queue.push({ input, output, arrivalSec: nowSec, admittedSec: 0, firstSec: 0 });
    sent++;
  };
  let [sent, nowSec, tokens, decodeSec, decodingSec, promptBoundSec] = [0, 0, 0, 0, 0, 0];
  const freeSec = Array.from({ length: prefill }, () => 0);
  const onTheWay: Passing[] = [];
  const decoding: Decoding[] = [];
  const done: Done[] = [];
  while (sent < Math.min(concurrency, count)) send(0);
  while (done.length < count) {
    for (let free = freeSec.findIndex((sec) => sec <= nowSec); queue.length > 0 && free >= 0;) {
      const batch = takeBatch(queue, replica.maxBatchedTokens);
      freeSec[free] = nowSec + readSecOf(replica, batch);
      const handOverSec = HAND_OVER_STEPS * tokenSec(decoding.length);
      for (const passing of batch)
        onTheWay.push({
          ...passing,
          admittedSec: nowSec,
          firstSec: freeSec[free]! + handOverSec + networkSecOf(replica, memory, passing.input),
        });
      free = freeSec.findIndex((sec) => sec <= nowSec);
    }
    const eachSec = tokenSec(decoding.length);
    const ends = decoding.reduce((least, { endsAt }) => Math.min(least, endsAt), Number.POSITIVE_INFINITY);
    const endsSec = nowSec + (ends - tokens) * eachSec;
    const comesSec = onTheWay.reduce((least, { firstSec }) => Math.min(least, firstSec), Number.POSITIVE_INFINITY);
    const readsSec = queue.length > 0 ? Math.min(...freeSec) : Number.POSITIVE_INFINITY;
    const nextSec = Math.min(endsSec, comesSec, readsSec);
    if (decoding.length > 0) {
      tokens = nextSec === endsSec ? ends : tokens + (nextSec - nowSec) / eachSec;
      decodeSec += nextSec - nowSec;
      decodingSec += (nextSec - nowSec) * decoding.length;
    }
    if (queue.length > 0) promptBoundSec += nextSec - nowSec;
    nowSec = nextSec;
    for (const passing of removed(onTheWay, ({ firstSec }) => firstSec <= nowSec))
      decoding.push({ ...passing, endsAt: tokens + passing.output - 1 });
    for (const entry of removed(decoding, ({ endsAt }) => endsAt <= tokens)) {
      done.push({ ...entry, endSec: nowSec });
      if (sent < count) send(nowSec);
    }
  }
  return {
    ...timesOf(done),
    outputPerSec: done.reduce((sum, { output }) => sum + output, 0) / nowSec,
    requestsPerSec: count / nowSec,
    running: decodeSec > 0 ? decodingSec / decodeSec : 0,
    boundBy: promptBoundSec > nowSec / 2 ? "compute" : "demand",
    isOverloaded: false,
  };
}

/** Times over the finished requests. */
function timesOf(done: readonly Done[]): Pick<Served, "tpotSec" | "ttftSec" | "queueSec" | "prefillSec"> {
  const over = (valueOf: (done: Done) => number): Float64Array => Float64Array.from(done, valueOf).toSorted();
  return {
    tpotSec: over(({ firstSec, endSec, output }) => (endSec - firstSec) / Math.max(1, output - 1)),
    ttftSec: over(({ firstSec, arrivalSec }) => firstSec - arrivalSec),
    queueSec: over(({ admittedSec, arrivalSec }) => admittedSec - arrivalSec),
    prefillSec: over(({ firstSec, admittedSec }) => firstSec - admittedSec),
  };
}

/** Prompts at the head of a queue that one step reads; the first is read even if it exceeds the budget. */
function takeBatch(queue: Passing[], budget: number): Passing[] {
  let [tokens, count] = [0, 0];
  while (count < queue.length && (count === 0 || tokens + queue[count]!.input <= budget))
    tokens += queue[count++]!.input;
  return queue.splice(0, count);
}

/** Seconds to read a batch of prompts, in chunks of the token budget. */
function readSecOf(replica: Replica, batch: readonly Passing[]): number {
  const all = batch.reduce((sum, { input }) => sum + input, 0);
  const tokens = all * (1 - replica.run.prefixHitShare);
  const chunks = Math.ceil(tokens / replica.maxBatchedTokens);
  const work = { decodes: 0, context: 0, promptTokens: tokens / chunks, promptLength: all / batch.length };
  return chunks * stepPrices(replica)(work);
}

/** Bandwidth between machines, in GB per second, assumed if the network of a GPU is unknown: a 200 Gbit/s adapter. */
const NETWORK_GB_PER_SEC = 25;

/** Seconds to send the cache of a prompt over the network. */
function networkSecOf({ gpu }: Replica, { kvBytesPerToken, stateBytes }: ServeMemory, input: number): number {
  return (input * kvBytesPerToken + stateBytes) / ((gpu.networkGbPerSec ?? NETWORK_GB_PER_SEC) * 1e9);
}

/** Removes the items that satisfy a condition from a list, and returns them. */
function removed<T>(items: T[], is: (item: T) => boolean): T[] {
  const taken = items.filter(is);
  if (taken.length > 0) items.splice(0, items.length, ...items.filter((item) => !is(item)));
  return taken;
}
