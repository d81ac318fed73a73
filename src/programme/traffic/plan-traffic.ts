import { resolve } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Context } from "../../base/context.ts";
import type { TrafficImport } from "../../domain/traffic-import.ts";
import type { TrafficRequest } from "../../domain/traffic-request.ts";
import { importTraffic } from "./import-traffic.ts";
import { trafficCounters } from "./traffic-counters.ts";

/**
 * A month of traffic from usage exports, written to the named file, if any, for other commands and `programme.yaml`.
 *
 * @throws Failure as `importTraffic` and `trafficCounters`; outside if the file cannot be written
 */
export async function planTraffic(
  { cwd, now, progress }: Pick<Context, "cwd" | "now" | "progress">,
  { file, tokenizer, ownTokenizer, out, ...options }: TrafficRequest,
): Promise<TrafficImport> {
  const paths = file.map((shown) => ({ path: resolve(cwd, shown), shown }));
  const counters = await trafficCounters({ tokenizer, ownTokenizer }, cwd);
  const imported = await importTraffic(paths, {
    ...options,
    model: options.model,
    from: options.from,
    to: options.to,
    days: options.days,
    nowMs: now().getTime(),
    countTokens: counters.count,
    onTexts: counters.pair,
    onProgress: (path, fraction) => progress(`reading ${path}`, fraction),
  });
  const traffic = counters.withRatio(imported.traffic);
  if (out !== undefined) await atomicWrite(resolve(cwd, out), `${JSON.stringify(traffic, undefined, 2)}\n`);
  return { ...imported, traffic, out: out ?? null };
}
