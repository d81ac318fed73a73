import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { GIB } from "../../base/units.ts";
import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { type Trace, type TraceCounts, TraceLine, type TraceOptions } from "../../domain/trace.ts";
import { memoryPhysics, type MemoryPhysics } from "../../plan/memory/memory.ts";
import { hardwareFlopsPerToken } from "../../plan/speed/flops.ts";
import { findConfig } from "./find-config.ts";
import { type PythonPlace, runPython } from "./run-python.ts";
import { keepCached, readCached, traceKey } from "./trace-cache.ts";
import { traceRequest } from "./trace-request.ts";
import { tracedPass, traceNotes, traceTerms } from "./trace-terms.ts";

/** A run to trace: its Python, and the location of its configuration and earlier traces. */
export type TraceJob = {
  /** The model as the user named it: a path of a config.json, a Hub id or an alias. */
  asked: string;
  shape: ModelShape;
  spec: RunSpec;
  gpu: Gpu;
  options: TraceOptions;
  place: PythonPlace & { memoryLimitGib: number };
  /** Folder that the path of a configuration is relative to. */
  folder: string;
  hubCache: string | undefined;
  /** Folder of cached traces; undefined for none. */
  cache: string | undefined;
  note: (line: string) => void;
};

/**
 * Ratio of measured to traced allocated bytes: its 10th and 90th percentile.
 *
 * @source `bench/trace-measured.bench.mjs`: 85 runs of fms-acceleration on one A100, full, LoRA and 4-bit, with the
 * additional memory of their libraries of 2024; runs with fused LoRA kernels, which keep less, determine the low end
 */
const TRACE_SPREAD = { low: 0.96, high: 1.02, n: 85 } as const;

/**
 * Peak memory of one GPU, traced in the user's own Python on fake tensors: no weights, no data, no GPU, no network.
 *
 * @returns the trace, or a refusal that names the parts of the run that cannot be traced
 * @throws Failure outside if Python or a library is missing, or the program fails or takes too long
 */
export async function traceRun(job: TraceJob): Promise<Trace | Refusal> {
  const config = await findConfig(job.asked, job.folder, job.hubCache);
  const request = traceRequest(config.fields, job.spec, job.options);
  if (isRefused(request)) return request;
  const { line, cached } = await traced(job, request);
  if ("unsupported" in line) {
    return { refused: line.unsupported, hint: "the formula of tunewright plan memory covers it" };
  }
  const { versions, seconds, ...counts } = line;
  return asTrace(job, { origin: config.origin, counts, versions, seconds, cached });
}

function isRefused(request: Readonly<Record<string, unknown>> | Refusal): request is Refusal {
  return "refused" in request;
}

async function traced(job: TraceJob, request: unknown): Promise<{ line: TraceLine; cached: boolean }> {
  const { place, cache } = job;
  const about = await runPython(place, { probe: true });
  const key = traceKey({ about, request, program: await programHash() });
  const known = cache === undefined ? undefined : await readCached(cache, key, job.note);
  if (known !== undefined) return { line: known, cached: true };
  const memoryLimitBytes = Math.round(place.memoryLimitGib * GIB);
  const parsed = TraceLine.safeParse(await runPython(place, { ...(request as object), memoryLimitBytes }));
  if (!parsed.success) {
    throw new Failure("outside", `the trace in ${place.python} did not return a trace`, {
      hint: "another package may conflict: use a fresh virtual environment with --python",
      cause: parsed.error,
    });
  }
  if (cache !== undefined) await keepCached(cache, key, parsed.data);
  return { line: parsed.data, cached: false };
}

/** A hash of the traced program: cached answers are valid as long as it is unchanged. */
async function programHash(): Promise<string> {
  const folder = fileURLToPath(new URL("./python", import.meta.url));
  const names = (await readdir(folder)).filter((name) => name.endsWith(".py")).toSorted();
  return sha256((await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))).join("\n"));
}

type Answered = {
  origin: string;
  counts: TraceCounts;
  versions: Record<string, string>;
  seconds: number;
  cached: boolean;
};

function asTrace({ shape, spec, gpu, options, place }: TraceJob, answered: Answered): Trace {
  const { origin, counts, versions, seconds, cached } = answered;
  const peak = counts.instants.reduce((best, instant) => (instant.bytes > best.bytes ? instant : best));
  const formula = memoryPhysics({ shape, spec, gpu });
  const basis = basisOf(versions, origin);
  const gib = peak.bytes / GIB;
  const device = beyond(gib, formula, { kind: "device", basis });
  return {
    model: shape.id,
    config: origin,
    spec,
    options,
    python: place.python,
    versions,
    seconds,
    cached,
    counts,
    peak: peak.instant,
    allocated: around(gib, basis),
    reserved: beyond(gib, formula, { kind: "reserved", basis }),
    device,
    capacityGib: gpu.usableGib,
    fits: fitsIn(device, gpu.usableGib),
    flopsPerToken: {
      matrices: counts.matrixFlops / counts.tokens,
      attention: counts.attentionFlops / counts.tokens,
      formula: hardwareFlopsPerToken(shape, tracedPass(spec)),
    },
    formulaGib: formula.gib.allocated,
    terms: traceTerms(counts, formula),
    notes: traceNotes({ shape, spec, options, counts }),
  };
}

function fitsIn(device: Quantity, capacityGib: number): Trace["fits"] {
  if (isRefusal(device)) return "unknown";
  if (device.p90 <= capacityGib) return "yes";
  return device.p50 <= capacityGib ? "tight" : "no";
}

function basisOf(versions: Readonly<Record<string, string>>, origin: string): string {
  const versionOf = (name: string): string => `${name} ${versions[name] ?? "absent"}`;
  return `traced with ${versionOf("torch")}, ${versionOf("transformers")}, ${versionOf("peft")}; configuration: ${origin}`;
}

function around(gib: number, basis: string): Quantity {
  return {
    p10: gib * TRACE_SPREAD.low,
    p50: gib,
    p90: gib * TRACE_SPREAD.high,
    unit: "GiB",
    basis,
    n: TRACE_SPREAD.n,
    sources: ["a trace in your own Python; spread: fms-acceleration a100_80gb.csv"],
  };
}

/** The trace plus the parts that the closed form adds to live tensors: allocator overhead and the process. */
function beyond(
  gib: number,
  formula: MemoryPhysics,
  { kind, basis }: { kind: "reserved" | "device"; basis: string },
): Quantity {
  const gaps = formula.gib.reserved / formula.gib.allocated;
  const reserved = gib * gaps;
  const process = kind === "device" ? formula.gib.device - formula.gib.reserved : 0;
  const value = around(reserved, `${basis}; allocator and process by the closed form`);
  if (isRefusal(value)) return value;
  return { ...value, p10: gib, p50: reserved + process, p90: value.p90 + 1.5 * process };
}
