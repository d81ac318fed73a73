import { stepSec } from "./engine-step.ts";
import type { Replica } from "./replica.ts";
import type { ServeMemory } from "./serve-memory.ts";
import { evenly, type Served } from "./served.ts";

/** Turns in which the rate and the requests in decode settle. */
const TURNS = 60;

/**
 * Prompts and answers on replicas of their own, in a closed loop: requests in decode share the decode replicas, prompts
 * queue at the others, and what is not in decode waits there. Rates are of all replicas together.
 */
export function disaggregated(
  replica: Replica,
  memory: ServeMemory,
  { prefill, decode, concurrency }: { prefill: number; decode: number; concurrency: number },
): Served {
  const { run } = replica;
  const [input, output] = [run.inputTokens.mean, run.outputTokens.mean];
  const promptTokens = input * (1 - run.prefixHitShare);
  const readSec = stepSec(replica, { decodes: 0, context: 0, promptTokens, promptLength: input });
  // The cache of a prompt goes over the network to the replica that decodes it.
  const handOverSec = (input * memory.kvBytesPerToken) / ((replica.gpu.networkGbPerSec ?? 25) * 1e9);
  let [tokenSec, rate] = [0.01, 1];
  for (let turn = 0; turn < TURNS; turn++) {
    const decoding = Math.max(1, Math.min(concurrency, rate * output * tokenSec) / decode);
    tokenSec = stepSec(replica, { decodes: decoding, context: input + output / 2, promptTokens: 0, promptLength: 1 });
    const possible = Math.min(concurrency / (readSec + handOverSec + output * tokenSec), prefill / readSec);
    rate = Math.sqrt(rate * possible);
  }
  const ttftSec = Math.max(readSec + handOverSec, concurrency / rate - output * tokenSec);
  const isPromptBound = prefill / readSec < 1.05 * rate;
  return evenly(
    { tpotSec: tokenSec, queueSec: ttftSec - readSec - handOverSec, prefillSec: readSec + handOverSec },
    {
      outputPerSec: rate * output,
      requestsPerSec: rate,
      running: rate * output * tokenSec,
      boundBy: isPromptBound ? "compute" : "demand",
      isOverloaded: false,
    },
  );
}
