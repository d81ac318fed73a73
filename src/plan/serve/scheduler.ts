import type { ServeMemory } from "./serve-memory.ts";
import { type Replica, tokensPerStep } from "./replica.ts";
import type { BoundBy, Served } from "./served.ts";
import { stepPrices } from "./step-prices.ts";

/** A request of a simulated load. In a closed loop, requests after the first wave arrive as others end. */
export type Request = { arrivalSec: number; input: number; output: number };

/**
 * A load as requests in order of arrival. The first `skip` requests are served but not counted. In a `steady` closed
 * loop, only requests that end between the end of start-up and the sending of the last request count, and the
 * simulation stops there.
 */
export type Arrivals = { requests: readonly Request[]; isClosed: boolean; skip: number; isSteady?: boolean };

type Served1 = Request & {
  /** Unread prompt tokens, output tokens so far, and the times of admission, start and end. */
  left: number;
  done: number;
  admittedSec: number;
  firstSec: number;
  endSec: number;
};

/** State of a simulation. */
type State = {
  replica: Replica;
  price: ReturnType<typeof stepPrices>;
  queue: Served1[];
  /** Index of the first request in the queue that is not yet admitted. */
  head: number;
  nowSec: number;
  usedTokens: number;
  running: Served1[];
  reading: Served1[];
  /** Seconds for which the head of the queue waited, by reason. */
  waitedSec: { kv: number; scheduler: number };
  /**
   * Period in which batches count; within it, the seconds with at least one decode, and the sequences integrated over
   * them.
   */
  batchesFromSec: number;
  batchesToSec: number;
  decodeSec: number;
  decodeSequenceSec: number;
};

/**
 * Event-by-event simulation of an engine's scheduler. Requests join in order of arrival as long as the cache has space
 * and the engine's limits permit. Each step reads prompts up to its budget, with the decodes or before them.
 * Consecutive steps that only decode are processed together, up to the next end or arrival. Deterministic: uses neither
 * a clock nor random numbers.
 *
 * @accuracy Little's law, running = rate × time in the system, holds to rounding; with load tests: serving-model.md §3
 */
export function simulate(replica: Replica, memory: ServeMemory, arrivals: Arrivals): Served {
  const { requests, isClosed, isSteady = false } = arrivals;
  const h = replica.run.prefixHitShare;
  const state: State = {
    replica,
    price: stepPrices(replica),
    // Fields are listed one by one here, and loops used below, for speed: finding a capacity simulates some 50,000
    // requests.
    queue: requests.map(({ arrivalSec, input, output }) => ({
      arrivalSec,
      input,
      output,
      left: Math.max(1, Math.round(input * (1 - h))),
      done: 0,
      admittedSec: -1,
      firstSec: -1,
      endSec: -1,
    })),
    head: 0,
    nowSec: 0,
    usedTokens: 0,
    running: [],
    reading: [],
    waitedSec: { kv: 0, scheduler: 0 },
    ...batchesOf(arrivals),
    decodeSec: 0,
    decodeSequenceSec: 0,
  };
  let finished = 0;
  let next = requests.findIndex(({ arrivalSec }) => arrivalSec === Number.POSITIVE_INFINITY);
  const isOver = (): boolean => finished >= state.queue.length || (isSteady && next >= state.queue.length);
  while (!isOver()) {
    const blocked = admit(state, memory);
    if (state.running.length + state.reading.length === 0) {
      state.nowSec = Math.max(state.nowSec, state.queue[state.head]!.arrivalSec);
      continue;
    }
    const before = state.nowSec;
    const ended = step(state, isClosed);
    if (blocked !== undefined) state.waitedSec[blocked] += state.nowSec - before;
    finished += ended.length;
    for (const request of ended) {
      state.usedTokens -= roomOf(replica, memory, request);
      // In the same turn, so that the next request of a client is admitted with the next step and does not wait for a
      // series of steps.
      if (isClosed && next >= 0 && next < state.queue.length) state.queue[next++]!.arrivalSec = state.nowSec;
    }
  }
  return summary(state, arrivals);
}

/**
 * Period in which batches count. For a continuous load, it excludes the time in which the replica fills or drains;
 * otherwise it is the whole run.
 */
function batchesOf({ requests, isClosed, skip }: Arrivals): Pick<State, "batchesFromSec" | "batchesToSec"> {
  if (isClosed || skip === 0) return { batchesFromSec: 0, batchesToSec: Number.POSITIVE_INFINITY };
  return { batchesFromSec: requests[skip]!.arrivalSec, batchesToSec: requests.at(-1)!.arrivalSec };
}

/** Tokens of cache that must be free for a request, including its state. */
function roomOf({ facts }: Replica, { stateTokens }: ServeMemory, { input, output }: Request): number {
  return input + facts.reservedOutput * output + stateTokens;
}

/** Admits requests in order of arrival; returns the reason if the next one has to wait. */
function admit(state: State, memory: ServeMemory): "kv" | "scheduler" | undefined {
  const { queue, replica } = state;
  for (;;) {
    const request = queue[state.head];
    if (request === undefined || request.arrivalSec > state.nowSec) return undefined;
    const active = state.running.length + state.reading.length;
    if (active >= replica.maxRunning) return "scheduler";
    const room = roomOf(replica, memory, request);
    if (active > 0 && state.usedTokens + room > memory.kvPoolTokens) return "kv";
    state.usedTokens += room;
    request.admittedSec = state.nowSec;
    state.reading.push(request);
    state.head++;
  }
}

/** Runs one step, or a series of steps that only decode; returns the requests that ended. */
function step(state: State, isClosed: boolean): Served1[] {
  const { replica, running, price } = state;
  const isMixed = replica.facts.prompts === "with decodes";
  const read = promptsOfStep(state, replica.maxBatchedTokens - (isMixed ? running.length : 0));
  const decoding = read.tokens === 0 || isMixed ? running : [];
  const value = tokensPerStep(replica);
  const context = heldTokens(decoding) / Math.max(1, decoding.length);
  let steps = 1;
  if (read.tokens === 0) {
    steps = Math.ceil(leastLeft(running) / value);
    const arrival = state.queue[state.head]?.arrivalSec ?? Number.POSITIVE_INFINITY;
    if (!isClosed && arrival > state.nowSec && arrival < Number.POSITIVE_INFINITY) {
      const one = price({ decodes: running.length, context, promptTokens: 0, promptLength: 1 });
      steps = Math.max(1, Math.min(steps, Math.ceil((arrival - state.nowSec) / one)));
    }
  }
  const sec =
    steps *
    price({
      decodes: decoding.length,
      context: decoding.length > 0 ? context + (steps * value) / 2 : 0,
      promptTokens: read.tokens,
      promptLength: read.length,
    });
  const counts = state.nowSec >= state.batchesFromSec && state.nowSec < state.batchesToSec;
  state.nowSec += sec;
  if (counts && decoding.length > 0) {
    state.decodeSec += sec;
    state.decodeSequenceSec += sec * decoding.length;
  }
  const ended: Served1[] = [];
  for (const request of decoding) if (isEnded(state, request, steps * value)) ended.push(request);
  if (ended.length > 0) state.running = running.filter(({ endSec }) => endSec < 0);
  finishPrompts(state, read.parts, ended);
  return ended;
}

/** Tokens of cache that sequences occupy. */
function heldTokens(sequences: readonly Served1[]): number {
  let tokens = 0;
  for (const sequence of sequences) tokens = tokens + sequence.input + sequence.done;
  return tokens;
}

/** Remaining tokens of the sequence that ends next. */
function leastLeft(sequences: readonly Served1[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const sequence of sequences) least = Math.min(least, sequence.output - sequence.done);
  return least;
}

type PromptsOfStep = { tokens: number; length: number; parts: readonly (readonly [Served1, number])[] };

const NO_PROMPTS: PromptsOfStep = { tokens: 0, length: 1, parts: [] };

/**
 * Prompts that a step reads, in order of admission, the last one up to the budget; and their mean length, weighted by
 * token.
 */
function promptsOfStep({ reading }: State, budget: number): PromptsOfStep {
  if (reading.length === 0) return NO_PROMPTS;
  const parts: [Served1, number][] = [];
  let tokens = 0;
  let weighted = 0;
  for (const request of reading) {
    const part = Math.min(request.left, budget - tokens);
    if (part <= 0) break;
    parts.push([request, part]);
    tokens += part;
    weighted += part * request.input;
  }
  return { tokens, length: tokens === 0 ? 1 : weighted / tokens, parts };
}

/** Advances a sequence by some tokens; true if it then has all of them. */
function isEnded({ nowSec }: State, request: Served1, tokens: number): boolean {
  request.done += tokens;
  if (request.done < request.output) return false;
  request.endSec = nowSec;
  return true;
}

/** Completes the prompts that are fully read: each yields its first token, and its sequence continues with decoding. */
function finishPrompts(state: State, parts: PromptsOfStep["parts"], ended: Served1[]): void {
  if (parts.length === 0) return;
  for (const [request, part] of parts) {
    request.left -= part;
    if (request.left > 0) continue;
    request.firstSec = state.nowSec;
    if (isEnded(state, request, 1)) ended.push(request);
    else state.running.push(request);
  }
  state.reading = state.reading.filter(({ left }) => left > 0);
}

/** Requests whose times count, requests whose tokens count, and the duration. */
type Counted = { timed: readonly Served1[]; ended: readonly Served1[]; sec: number };

function countedOf({ queue, nowSec }: State, { skip, isSteady }: Arrivals): Counted {
  const timed = queue.slice(skip);
  if (isSteady !== true) {
    const fromSec = skip === 0 ? 0 : Math.min(...timed.map(({ arrivalSec }) => arrivalSec));
    return { timed, ended: timed, sec: nowSec - fromSec };
  }
  // Requests that end within a window are a fair sample; the window begins with the arrival of the last request of the
  // second wave.
  const fromSec = queue[2 * skip - 1]!.arrivalSec;
  const hasEnded = ({ endSec }: Served1): boolean => endSec > fromSec;
  return { timed: timed.filter(hasEnded), ended: queue.filter(hasEnded), sec: nowSec - fromSec };
}

function summary(state: State, arrivals: Arrivals): Served {
  const { decodeSec, decodeSequenceSec } = state;
  const { timed, ended, sec } = countedOf(state, arrivals);
  const over = (secOf: (request: Served1) => number): Float64Array => {
    const times = new Float64Array(timed.length);
    for (const [index, request] of timed.entries()) times[index] = secOf(request);
    return times.toSorted();
  };
  const outputPerSec = meanOutput(ended) * (ended.length / sec);
  return {
    tpotSec: over(({ firstSec, endSec, output: tokens }) => (endSec - firstSec) / Math.max(1, tokens - 1)),
    ttftSec: over(({ firstSec, arrivalSec }) => firstSec - arrivalSec),
    queueSec: over(({ admittedSec, arrivalSec }) => admittedSec - arrivalSec),
    prefillSec: over(({ firstSec, admittedSec }) => firstSec - admittedSec),
    outputPerSec,
    // Within a window, the output is steadier than the number of requests that end, which depends on their lengths.
    requestsPerSec: outputPerSec / meanOutput(arrivals.isSteady === true ? state.queue : ended),
    running: decodeSec > 0 ? decodeSequenceSec / decodeSec : 0,
    boundBy: boundOf(state),
    isOverloaded: false,
  };
}

function meanOutput(requests: readonly Request[]): number {
  return requests.reduce((sum, { output }) => sum + output, 0) / requests.length;
}

/** The main reason why the head of the queue waited; `demand` if it waited less than a tenth of the time. */
function boundOf({ waitedSec, nowSec }: State): BoundBy {
  const waited = waitedSec.kv + waitedSec.scheduler;
  if (waited < nowSec / 10) return "demand";
  return waitedSec.kv >= waitedSec.scheduler ? "kv" : "scheduler";
}
