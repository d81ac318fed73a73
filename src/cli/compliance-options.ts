import { isoDay } from "../base/clock.ts";
import type { Io } from "./io.ts";
import { toolName } from "./tool-name.ts";

/** Context of every `comply` command: the day, the folder, and the progress callback. */
export async function complianceOptions(io: Io, on: string | undefined) {
  const { hubCacheOf } = await import("../programme/data/find-tokenizer.ts");
  return {
    on: on ?? isoDay(io.now()),
    hubCache: hubCacheOf(io.env),
    tool: toolName(),
    state: { env: io.env, now: io.now },
    onStep: io.progress,
  };
}
