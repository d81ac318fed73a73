import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import planCost from "../../../src/cli/commands/plan-cost.ts";
import planFleet from "../../../src/cli/commands/plan-fleet.ts";
import planMemory from "../../../src/cli/commands/plan-memory.ts";
import planMethod from "../../../src/cli/commands/plan-method.ts";
import planTime from "../../../src/cli/commands/plan-time.ts";
import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import { parseOptions } from "../../../src/cli/options.ts";
import type { ProgrammeCost } from "../../../src/domain/cost.ts";
import type { RunSpec, TrainVolume } from "../../../src/domain/run-spec.ts";
import type { FleetSearch } from "../../../src/domain/fleet-search.ts";
import type { Io } from "../../../src/cli/io.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { ROOT } from "../run-cli.ts";

const DIR = "examples/contracts"; // LoRA on 8 H100 at a stated price, 6 stated hours a run, 14,000 rows

async function run(command: CommandDefinition, raw: Record<string, unknown>): Promise<Answer & { notes: string[] }> {
  const notes: string[] = [];
  const io: Io = {
    out: () => undefined,
    note: (line) => void notes.push(line),
    progress: () => undefined,
    confirm: () => Promise.resolve(false),
    untilInterrupted: (work) => work(new AbortController().signal),
    cwd: ROOT,
    env: {},
    now: () => new Date("2026-11-25T12:00:00Z"),
  };
  const given = new Set(Object.keys(raw).filter((field) => field !== "dir"));
  return { ...(await command.run(io, parseOptions(command, raw), given)), notes };
}

const specOf = (answer: Answer): RunSpec => (answer.json as { spec: RunSpec }).spec;
const costOf = (answer: Answer): ProgrammeCost => (answer.json as { cost: ProgrammeCost }).cost;

test.each([planMemory, planTime, planFleet, planMethod])(
  "the head names the base model as the programme states it: %#",
  async (command) => {
    const folder = await mkdtemp(join(tmpdir(), "stated-"));
    try {
      const stated = "meta-llama/Llama-3.1-8B-Instruct";
      await writeFile(
        join(folder, "programme.yaml"),
        `name: p\ntask: { kind: chat, goals: [style] }\nmodel: { base: ${stated} }\ntraining: { gpu: H200 }\ndata: { plannedRows: 8000, meanTokens: 400 }\n`,
      );
      expect((await run(command, { dir: folder })).text()).toContain(stated);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

describe("a flag next to a programme folder replaces what the programme says", () => {
  test("of GPU and method, in plan memory; what it replaces is said, and what is next keeps it", async () => {
    const plain = specOf(await run(planMemory, { dir: DIR }));
    expect(plain).toMatchObject({ gpu: "H100-80GB-SXM", gpuCount: 8, method: "lora" });
    const answer = await run(planMemory, { dir: DIR, gpu: "H200", method: "full" });
    const sharding = expect.any(String) as string; // that of the fleet that is searched for it
    expect(specOf(answer)).toEqual({ ...plain, gpu: "H200-141GB-SXM", method: "full", sharding });
    expect(answer.notes).toContain("overrides of programme.yaml: --gpu H200 --method full");
    expect(answer.next).toBe(`tunewright plan time ${DIR} --method full --gpu H200`);
  });

  test("of rows and mean tokens, in plan time, in place of what a scan would find", async () => {
    const { json } = await run(planTime, { dir: DIR, rows: "2000", meanTokens: "300", epochs: "1" });
    expect((json as { volume: TrainVolume }).volume).toMatchObject({ rows: 2000, meanTokens: 300, epochs: 1 });
  });

  test("of the GPU and the size of a fleet, in plan fleet", async () => {
    const answer = await run(planFleet, { dir: DIR, gpu: "H200", maxGpus: "2" });
    const { options: fleets } = answer.json as FleetSearch;
    expect(answer.text()).toContain("the programme states 8 GPUs, but fleets of at most 2 are searched");
    expect(new Set(fleets.map(({ gpu }) => gpu))).toEqual(new Set(["H200-141GB-SXM"]));
    expect(Math.max(...fleets.map(({ gpuCount }) => gpuCount))).toBe(2);
  });

  test("of price and number of runs, in plan cost", async () => {
    const plain = costOf(await run(planCost, { dir: DIR, draws: "200" }));
    const dear = await run(planCost, { dir: DIR, draws: "200", usdPerGpuHour: "40", runs: "50" });
    const total = ({ computeOnly }: ProgrammeCost): number => ("p50" in computeOnly ? computeOnly.p50 : NaN);
    expect(total(costOf(dear))).toBeGreaterThan(10 * total(plain));
    expect(dear.next).toBe(`write the values that you keep into programme.yaml, then: tunewright feasibility ${DIR}`);
  });

  test("but a default does not", async () => {
    const answer = await run(planCost, { dir: DIR, draws: "200" });
    expect(answer.notes).toEqual([]);
    expect(answer.next).toBe(`tunewright status ${DIR}`);
  });
});

describe("what cannot be replaced is refused", () => {
  test.each([
    ["plan cost", planCost, { gpu: "NOSUCH" }, /^--gpu: the catalogue has no GPU "NOSUCH"/],
    ["plan memory", planMemory, { optimizer: "adamw-8bit" }, /^--optimizer: a programme has no such field/],
    ["plan time", planTime, { checkpointing: "none" }, /^--checkpointing: a programme has no such field/],
    ["plan fleet", planFleet, { objective: "dpo" }, /^--objective: a programme has no such field/],
    ["plan cost", planCost, { method: "pretrain" }, /^--method: continued-pretraining needs the size of its corpus/],
  ] as [string, CommandDefinition, Record<string, unknown>, RegExp][])(
    "of %s: %#",
    async (...[, command, raw, message]) => {
      const failure = await catchFailureAsync(() => run(command, { dir: DIR, ...raw }));
      expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringMatching(message) as string });
      expect(failure.hint).toBeDefined();
    },
  );

  test.each([planMemory, planTime, planFleet, planCost])(
    "%# a model where a folder is expected is told how to give it",
    async (command) => {
      expect(await catchFailureAsync(() => run(command, { dir: "meta-llama/Llama-3.1-8B" }))).toMatchObject({
        kind: "not_found",
        message: "there is no programme folder meta-llama/Llama-3.1-8B",
        hint: "for one run of that model: --model meta-llama/Llama-3.1-8B",
      });
    },
  );
});
