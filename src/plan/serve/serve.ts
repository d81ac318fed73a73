import { seededRandom } from "../../base/random.ts";
import { disaggregated } from "./disaggregated.ts";
import type { Replica } from "./replica.ts";
import { requestLengths } from "./request-lengths.ts";
import { saturated, saturatedWithin } from "./saturation.ts";
import { type Arrivals, type Request, simulate } from "./scheduler.ts";
import { behindSerialServer, withServer } from "./server-time.ts";
import type { ServeMemory } from "./serve-memory.ts";
import type { Served } from "./served.ts";
import type { Load } from "./serve-run.ts";
import { staticBatch } from "./static-batch.ts";

/**
 * Bounds on the number of requests with which a continuous load is simulated, and the share at the start that fills the
 * replica.
 */
const FOLLOWED = { least: 400, most: 2000, perRunning: 8, filling: 0.3 } as const;

/** Default number of requests of a burst. */
const BURST_REQUESTS = 1000;

/**
 * Mean of the time per token divided by its 99th percentile over requests at a steady rate; they differ because prompts
 * arrive in bunches.
 */
const MEAN_OF_LIMIT = 0.7;

/** Performance of one replica under a load, before calibration. */
export function serve(replica: Replica, memory: ServeMemory, load: Load): Served {
  const { disaggregated: parts } = replica.run;
  switch (load.kind) {
    case "static-batch":
      return staticBatch(replica, memory, { requests: load.requests, alike: load.alike ?? false });
    case "saturation":
      return saturatedAtBest(replica, memory);
    case "token-limit":
      return saturatedWithin(replica, memory, (MEAN_OF_LIMIT * load.tpotMs) / 1e3);
    case "rate":
      return withServer(replica, atRate(replica, memory, load));
    case "all-at-once": {
      const count = load.requests ?? BURST_REQUESTS;
      return withServer(replica, simulate(replica, memory, closed(replica, { concurrency: count, count })));
    }
    default:
      break;
  }
  const concurrency = Math.max(1, Math.round(load.requests));
  const isWhole = load.sent !== undefined;
  const followed = Math.min(FOLLOWED.most, Math.max(FOLLOWED.least, FOLLOWED.perRunning * concurrency));
  const endless = Math.max(followed, concurrency) + 2 * concurrency;
  const count = Math.max(concurrency, Math.round(load.sent ?? endless));
  if (parts) return withServer(replica, disaggregated(replica, memory, { ...parts, concurrency, count }));
  // A benchmark includes the wave with which it starts and the one with which it ends; a service has neither.
  const whole = closed(replica, { concurrency, count });
  const arrivals = isWhole ? whole : { ...whole, skip: concurrency, isSteady: true };
  const served = simulate(replica, memory, arrivals);
  return withServer(replica, behindSerialServer(replica, served, concurrency));
}

/**
 * TensorRT-LLM's published tables use the best layout found, but state only tensor parallelism. Returns the better of
 * two layouts: each expert is split, or each GPU has complete experts.
 */
function saturatedAtBest(replica: Replica, memory: ServeMemory): Served {
  const { run, shape, facts, tensor } = replica;
  const split = saturated(replica, memory);
  if (facts.engine !== "tensorrt-llm" || shape.experts === null || run.expertParallel > 1 || tensor === 1) return split;
  const whole = saturated({ ...replica, run: { ...run, expertParallel: tensor } }, memory);
  return whole.outputPerSec > split.outputPerSec ? whole : split;
}

/** Requests of a number of users, all of them counted. */
function closed(replica: Replica, { concurrency, count }: { concurrency: number; count: number }): Arrivals {
  const requests = requestsOf(replica, count, (index) => (index < concurrency ? 0 : Number.POSITIVE_INFINITY));
  return { requests, isClosed: true, skip: 0 };
}

function requestsOf({ run }: Replica, count: number, arrivalSec: (index: number) => number): Request[] {
  const inputs = requestLengths(run.inputTokens, { count, which: "input", least: 1 });
  const outputs = requestLengths(run.outputTokens, { count, which: "output", least: 2 });
  return inputs.map((input, index) => ({ arrivalSec: arrivalSec(index), input, output: outputs[index]! }));
}

/** Poisson arrivals: the complete run of a benchmark, or a part of a continuous load. */
function atRate(replica: Replica, memory: ServeMemory, { perSec, requests }: Load & { kind: "rate" }): Served {
  const full = saturated(replica, memory);
  const isOverloaded = requests === undefined && perSec >= full.requestsPerSec;
  if (isOverloaded) return full;
  const resident = full.running * (perSec / full.requestsPerSec);
  const followed = Math.min(FOLLOWED.most, Math.max(FOLLOWED.least, Math.round(FOLLOWED.perRunning * resident)));
  const count = requests ?? followed;
  const arrivals = poisson(count, perSec);
  const all = requestsOf(replica, count, (index) => arrivals[index]!);
  const skip = requests === undefined ? Math.round(FOLLOWED.filling * count) : 0;
  const simulated = simulate(replica, memory, { requests: all, isClosed: false, skip });
  const served = { ...simulated, ceilingPerSec: full.outputPerSec };
  if (requests !== undefined) return served;
  return { ...served, requestsPerSec: perSec, outputPerSec: perSec * replica.run.outputTokens.mean };
}

/** Arrival times with exponential gaps from a fixed seed, with exactly the requested mean rate. */
function poisson(count: number, perSec: number): number[] {
  const random = seededRandom(1);
  const gaps = Array.from({ length: count }, (_, index) => (index === 0 ? 0 : -Math.log(1 - random())));
  const scale =
    (count - 1) /
    perSec /
    Math.max(
      Number.MIN_VALUE,
      gaps.reduce((sum, gap) => sum + gap, 0),
    );
  let now = 0;
  return gaps.map((gap) => (now += gap * scale));
}
