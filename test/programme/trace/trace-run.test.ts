import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import type { Failure } from "../../../src/base/failure.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import { Trace, TraceOptions } from "../../../src/domain/trace.ts";
import { traceText } from "../../../src/programme/trace/trace-text.ts";
import { type TraceJob, traceRun } from "../../../src/programme/trace/trace-run.ts";
import { ROOT } from "../../cli/run-cli.ts";

const MODEL = "Qwen/Qwen2.5-7B";

let dir: string;
let notes: string[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-trace-"));
  await cp(join(ROOT, "test/fixtures/workspace/venv"), join(dir, "venv"), { recursive: true });
});
beforeEach(() => {
  notes = [];
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The run that the recorded Python traced. */
const job = (over: Partial<TraceJob> = {}): TraceJob => ({
  asked: MODEL,
  shape: findModel(MODEL),
  spec: RunSpec.parse({ model: MODEL, method: "lora", gpu: "L40S" }),
  gpu: findGpu("L40S"),
  options: TraceOptions.parse({}),
  place: { python: join(dir, "venv"), env: process.env, timeoutSeconds: 30, memoryLimitGib: 16 },
  folder: dir,
  hubCache: undefined,
  cache: join(dir, "cache"),
  note: (line) => notes.push(line),
  ...over,
});

async function traced(over: Partial<TraceJob> = {}): Promise<Trace> {
  const trace = await traceRun(job(over));
  if ("refused" in trace) throw new Error(trace.refused);
  return trace;
}

describe("a trace", () => {
  test("is an estimate with the versions as its basis", async () => {
    const trace = await traced({ cache: undefined });
    expect(Trace.parse(trace)).toEqual(trace);
    expect(trace.peak).toBe("loss");
    expect(trace.allocated).toMatchObject({ p50: 32_427_148_288 / 2 ** 30, unit: "GiB" });
    expect(trace.allocated).toMatchObject({
      basis:
        "traced with torch 2.13.0+cpu, transformers 5.24.0, peft 0.21.2; configuration: created from the catalogue's shape, as transformers' qwen2",
    });
  });

  test("is printed by instant, by kind and next to the closed form", async () => {
    const trace = await traced({ cache: undefined });
    const text = traceText({ ...trace, python: "venv" });
    const stable = text.slice(0, text.indexOf("\n\ntotal, GiB")); // the closed form may change, the recording does not
    await expect(`${stable}\n`).toMatchFileSnapshot("../../golden/trace/trace-text.txt");
    expect(text).toContain("weights and optimizer state");
    expect(text).toContain("attention: what flash-attention 2 allocates, counted by formula");
  });

  test("of a run that cannot be traced is refused", async () => {
    const spec = RunSpec.parse({ model: MODEL, stack: "nemo" });
    expect(await traceRun(job({ spec }))).toMatchObject({ refused: expect.stringContaining("nemo") as string });
  });
});

describe("earlier traces", () => {
  test("are kept and read again, whatever the Python would say now", async () => {
    const cache = join(dir, "kept");
    expect((await traced({ cache })).cached).toBe(false);
    const again = await traced({ cache });
    expect(again.cached).toBe(true);
    expect(notes).toEqual([]);
  });

  test("are those of the same run, options and versions only", async () => {
    const cache = join(dir, "several");
    await traced({ cache });
    await traced({ cache, options: TraceOptions.parse({ reentrant: true }) });
    await traced({ cache, spec: { ...job().spec, batchSequences: 8 } });
    await cp(join(dir, "venv"), join(dir, "newer"), { recursive: true });
    const probe = join(dir, "newer/probe.json");
    await writeFile(probe, (await readFile(probe, "utf8")).replace("5.24.0", "5.25.0"));
    await chmod(join(dir, "newer/bin/python"), 0o755);
    await traced({ cache, place: { ...job().place, python: join(dir, "newer") } });
    expect((await readdir(cache)).filter((name) => name.endsWith(".json"))).toHaveLength(4);
  });

  test("that are damaged are told of and made again", async () => {
    const cache = join(dir, "damaged");
    await traced({ cache });
    const [name] = await readdir(cache);
    await writeFile(join(cache, name!), '{"weightsBytes": 1');
    expect((await traced({ cache })).cached).toBe(false);
    expect(notes).toEqual([`warning: the cached trace ${join(cache, name!)} is corrupt and is created again`]);
    expect((await traced({ cache })).cached).toBe(true);
  });

  test("are not needed: a cache that cannot be written costs only time", async () => {
    await writeFile(join(dir, "file"), "");
    expect((await traced({ cache: join(dir, "file", "cache") })).cached).toBe(false);
  });
});

describe("the configuration", () => {
  test("is that of the local Hub cache where the model is there", async () => {
    const snapshot = join(dir, "hub/models--Qwen--Qwen2.5-7B/snapshots/abc123");
    await cp(join(ROOT, "test/fixtures/configs/Qwen2.5-7B.json"), join(snapshot, "config.json"));
    const { config } = await traced({ cache: undefined, hubCache: join(dir, "hub") });
    expect(config).toBe("config.json of Qwen/Qwen2.5-7B in the Hub cache");
  });

  test("that is not an object is refused with its name", async () => {
    await writeFile(join(dir, "list.json"), "[]");
    const failure = await traceRun(job({ asked: "list.json" })).catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({ kind: "bad_input", message: "list.json is not the configuration of a model" });
  });
});
