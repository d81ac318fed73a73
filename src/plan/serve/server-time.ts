import type { Replica } from "./replica.ts";
import type { Served, Times } from "./served.ts";

/** Adds the time of the server before and after a request to its time to first token. */
export function withServer({ facts, isServed }: Replica, served: Served): Served {
  if (!isServed) return served;
  const later = (times: Times): Times => times.map((sec) => sec + facts.serverSec);
  return { ...served, ttftSec: later(served.ttftSec), prefillSec: later(served.prefillSec) };
}

/**
 * Sharpness of the transition from the engine's rate to the server's; the larger, the closer to the smaller of the two.
 */
const SHARPNESS = 4;

/**
 * A closed loop through a server that processes requests and tokens one by one in a single process. Its rate limits the
 * output. Its delay is added to the first token and to later tokens in proportion to its work on them.
 */
export function behindSerialServer({ facts, run }: Replica, served: Served, concurrency: number): Served {
  const { serialServerSec: serial } = facts;
  if (serial === undefined) return served;
  const output = run.outputTokens.mean;
  const mean = (times: Times): number => times.reduce((sum, sec) => sum + sec, 0) / times.length;
  const cycleSec = mean(served.ttftSec) + mean(served.tpotSec) * (output - 1);
  const tokensSec = serial.token * output;
  const busy = (concurrency * (serial.request + tokensSec)) / cycleSec;
  const extraSec = cycleSec * ((1 + busy ** SHARPNESS) ** (1 / SHARPNESS) - 1);
  const ofFirst = (extraSec * serial.request) / (serial.request + tokensSec);
  const slower = cycleSec / (cycleSec + extraSec);
  return {
    ...served,
    ttftSec: served.ttftSec.map((sec) => sec + ofFirst),
    prefillSec: served.prefillSec.map((sec) => sec + ofFirst),
    tpotSec: served.tpotSec.map((sec) => sec + (extraSec - ofFirst) / Math.max(1, output - 1)),
    outputPerSec: served.outputPerSec * slower,
    requestsPerSec: served.requestsPerSec * slower,
  };
}
