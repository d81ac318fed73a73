import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import type { LoadTestResult } from "../../src/domain/loadtest-result.ts";
import { runCli } from "../cli/run-cli.ts";
import { canServe, SERVING_NEEDED, SERVING_PYTHON } from "./python-modules.ts";

/** Timings of a request by llama.cpp's own clock, on its own side of the socket. */
type Timings = {
  prompt_n: number;
  prompt_ms: number;
  predicted_n: number;
  predicted_ms: number;
  predicted_per_token_ms: number;
};

type Passed = { url: string; timings: Map<number, Timings>; arrived: () => number; close: () => Promise<unknown> };

/** A server before the engine that passes everything through, and keeps the timings of the n-th answer by n. */
async function recordTimings(engineUrl: string): Promise<Passed> {
  const timings = new Map<number, Timings>();
  let posts = 0;
  const server = createServer((incoming, outgoing) => {
    const index = incoming.method === "POST" ? posts++ : -1;
    const { method, headers } = incoming;
    const onward = ask(`${engineUrl}${incoming.url}`, { method: method!, headers, agent: false }); // it closes idle ones
    incoming.pipe(onward);
    onward.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      let tail = "";
      answer.on("data", (bytes: Buffer) => {
        tail = (tail + bytes.toString("latin1")).slice(-4000);
        outgoing.write(bytes);
      });
      answer.on("end", () => {
        outgoing.end();
        const said = /"timings":(\{[^}]*\})/.exec(tail)?.[1];
        if (said !== undefined) timings.set(index, JSON.parse(said) as Timings);
      });
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  server.keepAliveTimeout = 0;
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<unknown> => {
    server.closeAllConnections();
    return once(server.close(), "close");
  };
  return { url: `http://127.0.0.1:${port}`, timings, arrived: () => posts, close };
}

describe.skipIf(!canServe)(`a load test of llama.cpp with SmolLM2-135M on the CPU (${SERVING_NEEDED})`, () => {
  let dir: string;
  let engine: ReturnType<typeof spawn>;
  let engineUrl: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-real-loadtest-"));
    const program = fileURLToPath(new URL("serve-smollm2.py", import.meta.url));
    engine = spawn(SERVING_PYTHON, [program, "--slots", "4", "--threads", "1"], { stdio: ["pipe", "pipe", "ignore"] });
    const died = once(engine, "close").then(() => Promise.reject(new Error("the engine ended before it listened")));
    const [line] = (await Promise.race([once(engine.stdout!, "data"), died])) as [Buffer];
    died.catch(() => undefined); // it ends when the tests are over
    engineUrl = line.toString("utf8").trim();
  });
  afterAll(async () => {
    engine.stdin!.end();
    await once(engine, "close");
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  });

  type Run = { result: LoadTestResult; pairs: { request: LoadTestRequest; timings: Timings }[] };

  /** A load test through the command line, each request next to what the engine says of it. */
  async function run(name: string, words: string): Promise<Run> {
    const passed = await recordTimings(engineUrl);
    try {
      const flags = `${words} --input-tokens 60 --output-tokens 24 --warmup 0 --tail 0 --out ${name} --json`;
      const ran = await runCli(["loadtest", passed.url, ...flags.split(" ")], { cwd: dir });
      expect(ran.code, ran.stderr).toBe(0);
      const lines = (await readFile(join(dir, name, "requests.jsonl"), "utf8")).trimEnd().split("\n");
      const requests = lines.map((line) => JSON.parse(line) as LoadTestRequest).toSorted((a, b) => a.index - b.index);
      expect(passed.timings.size).toBe(requests.length);
      const pairs = requests.map((request) => ({ request, timings: passed.timings.get(request.index)! }));
      show(name, pairs);
      return { result: JSON.parse(ran.stdout) as LoadTestResult, pairs };
    } finally {
      await passed.close();
    }
  }

  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

  function show(name: string, pairs: Run["pairs"]): void {
    const line = (figure: string, ours: number, theirs: number): string =>
      `  ${figure.padEnd(22)} ${ours.toFixed(1).padStart(8)} ${theirs.toFixed(1).padStart(8)}\n`;
    const of = (take: (pair: Run["pairs"][number]) => number): number => median(pairs.map(take));
    process.stdout.write(
      `${name}: ${pairs.length} requests      measured   engine\n${[
        line(
          "TTFT, prompt ms p50",
          of((pair) => pair.request.ttftMs!),
          of((pair) => pair.timings.prompt_ms),
        ),
        line(
          "TPOT ms p50",
          of((pair) => pair.request.tpotMs!),
          of((pair) => pair.timings.predicted_per_token_ms),
        ),
        line(
          "output tokens p50",
          of((pair) => pair.request.outputTokens),
          of((pair) => pair.timings.predicted_n),
        ),
      ].join("")}`,
    );
  }

  test("one after another: TTFT and TPOT are those that the engine states of itself", async () => {
    const { result, pairs } = await run("sync", "--mode sync --requests 12");
    expect(result).toMatchObject({ engine: "llamacpp", countedBy: "usage", partial: false });
    expect(result.counts).toMatchObject({ sent: 12, ok: 12 });
    for (const { request, timings } of pairs) {
      expect(request.outputTokens).toBe(timings.predicted_n);
      expect(request.inputTokens! - (request.cachedTokens ?? 0)).toBe(timings.prompt_n);
      expect(request.ttftMs!).toBeGreaterThan(timings.prompt_ms - 1);
    }
    const ratio = (take: (pair: Run["pairs"][number]) => number): number => median(pairs.map(take));
    expect(
      Math.abs(ratio(({ request, timings }) => request.tpotMs! / timings.predicted_per_token_ms) - 1),
    ).toBeLessThan(0.03);
    expect(ratio(({ request, timings }) => request.ttftMs! - timings.prompt_ms)).toBeLessThan(40);
    expect(result.littleResidual!).toBeGreaterThan(0.9);
    expect(result.littleResidual!).toBeLessThan(1.1);
  });

  test("by the clock: TPOT of each request is the engine's, and TTFT holds the wait for a slot on top of the prompt", async () => {
    const { result, pairs } = await run("poisson", "--rate 1.2 --requests 16 --seed 2");
    expect(result.counts).toMatchObject({ sent: 16, ok: 16 });
    expect(result.running.peak).toBeGreaterThan(1);
    for (const { request, timings } of pairs) expect(request.ttftMs!).toBeGreaterThan(timings.prompt_ms - 1);
    const off = pairs.map(({ request, timings }) => Math.abs(request.tpotMs! / timings.predicted_per_token_ms - 1));
    expect(median(off)).toBeLessThan(0.03);
  });
});
