import { stepSec } from "./engine-step.ts";
import { type Replica, tokensPerStep } from "./replica.ts";
import type { ServeMemory } from "./serve-memory.ts";
import { evenly, type Served } from "./served.ts";

/** Number of parts of an answer; within a part, the context of a step is approximated by its middle. */
const PARTS = 4;

/**
 * A batch that starts and ends together: all prompts, then all tokens. Sequences that do not fit at once run in turns.
 */
export function staticBatch(replica: Replica, memory: ServeMemory, load: { requests: number; alike: boolean }): Served {
  const { run, maxBatchedTokens } = replica;
  const { requests, alike: isAlike } = load;
  const [input, output] = [run.inputTokens.mean, run.outputTokens.mean];
  const room = Math.floor(memory.kvPoolTokens / (input + 0.75 * output + memory.stateTokens));
  const together = Math.max(1, Math.min(requests, room, replica.maxRunning));
  const prompts = requests * input * (1 - run.prefixHitShare);
  const chunks = Math.ceil(prompts / maxBatchedTokens);
  const chunk = { decodes: 0, context: 0, promptTokens: prompts / chunks, promptLength: input };
  const prefillSec = chunks * stepSec(replica, chunk);
  let decodeSec = 0;
  for (let part = 0; part < PARTS; part++) {
    const context = input + (output * (part + 0.5)) / PARTS;
    const work = { decodes: together, context, promptTokens: 0, promptLength: 1, isAlike };
    decodeSec += (output / PARTS / tokensPerStep(replica)) * stepSec(replica, work);
  }
  const totalSec = prefillSec + decodeSec * (requests / together);
  return evenly(
    { tpotSec: decodeSec / output, queueSec: 0, prefillSec },
    {
      outputPerSec: (requests * output) / totalSec,
      requestsPerSec: requests / totalSec,
      running: together,
      boundBy: together < requests ? (together < replica.maxRunning ? "kv" : "scheduler") : "demand",
      isOverloaded: false,
    },
  );
}
