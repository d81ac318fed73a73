import { Failure } from "../base/failure.ts";
import { didYouMean } from "../base/suggest.ts";
import { LatencySlo } from "../domain/loadtest-spec.ts";
import type { RequestLog } from "./request-log.ts";

const NAMES = { ttft: "ttftMs", tpot: "tpotMs", itl: "itlMs", e2e: "e2eMs" } as const;

const MEASURED = { ttftMs: "ttftMs", tpotMs: "tpotMs", itlMs: "maxGapMs", e2eMs: "e2eMs" } as const;

/**
 * Parses an SLO: `ttft=500,tpot=50`, in milliseconds or with a unit (`ttft=0.5s`).
 *
 * @throws Failure bad_input that names the invalid part
 */
export function parseSlo(text: string): LatencySlo {
  const slo: Record<string, number> = {};
  for (const part of text.split(",")) {
    const [, name, value, unit] = /^\s*([a-z0-9]+)\s*=\s*(\d+(?:\.\d+)?)\s*(ms|s)?\s*$/i.exec(part) ?? [];
    if (name === undefined) {
      throw new Failure("bad_input", `--slo: "${part.trim()}" is not of the form NAME=MILLISECONDS`, {
        hint: "for example ttft=500,tpot=50",
      });
    }
    const field = Object.entries(NAMES).find(([known]) => known === name.toLowerCase())?.[1];
    if (field === undefined) {
      throw new Failure("bad_input", `--slo: unknown limit "${name}"`, {
        hint: didYouMean(name, Object.keys(NAMES)) ?? `one of: ${Object.keys(NAMES).join(", ")}`,
      });
    }
    if (slo[field] !== undefined)
      throw new Failure("bad_input", `--slo: duplicate limit ${name}`, { hint: "state each limit once" });
    slo[field] = Number(value) * (unit?.toLowerCase() === "s" ? 1000 : 1);
  }
  const parsed = LatencySlo.safeParse(slo);
  if (parsed.success) return parsed.data;
  throw new Failure("bad_input", `--slo: "${text}" has a value out of range`, {
    hint: "milliseconds above 0 and up to an hour",
  });
}

/** Text of an SLO: `TTFT ≤ 500 ms, TPOT ≤ 50 ms`. */
export function sloWords(slo: LatencySlo): string {
  return Object.entries(NAMES)
    .flatMap(([name, field]) => (slo[field] === undefined ? [] : [`${name.toUpperCase()} ≤ ${slo[field]} ms`]))
    .join(", ");
}

/**
 * Whether a request met all limits of an SLO. A failed request does not. An answer of one token has no TPOT and no
 * gaps, and is judged by the other limits.
 */
export function keepsSlo(log: RequestLog, index: number, slo: LatencySlo): boolean {
  if (log.outcome(index) !== "ok") return false;
  return Object.values(NAMES).every((field) => {
    const limit = slo[field];
    if (limit === undefined) return true;
    const value = log.number(MEASURED[field], index);
    return Number.isNaN(value) ? field === "tpotMs" || field === "itlMs" : value <= limit;
  });
}
