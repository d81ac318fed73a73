import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { LoadTestRequest } from "../../../src/domain/loadtest-request.ts";
import { LoadTestResult } from "../../../src/domain/loadtest-result.ts";
import {
  chunk,
  DONE,
  good,
  ROLE,
  startEndpoint,
  STOP,
  stream,
  type TestEndpoint,
  usage,
} from "../../loadtest/start-endpoint.ts";
import { MAIN, type Ran } from "../run-cli.ts";
import { runHere } from "../run-here.ts";
import { longCases, longTest } from "../../long-suite.ts";

let cwd: string;
let endpoint: TestEndpoint;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tunewright-loadtest-"));
  endpoint = await startEndpoint((response) => {
    setTimeout(() => stream(response, ROLE, chunk("a"), chunk("b"), STOP, usage(7, 2), DONE), 20);
  });
});
afterAll(async () => {
  await endpoint.close();
  await rm(cwd, { recursive: true });
});

const SMALL = ["--input-tokens", "5", "--no-color"];

/** Starts a test that would last a minute, ends it by a signal once lines are written, and waits for its end. */
async function endBy(signal: NodeJS.Signals, out: string, afterLines: number): Promise<Ran> {
  const child = spawn(
    process.execPath,
    [MAIN, "loadtest", endpoint.url, "--rate", "200", "--out", out, "--json", "--api-key-env", "NO_KEY", ...SMALL],
    { cwd, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
  });
  const file = join(cwd, out, "requests.jsonl");
  while (child.exitCode === null) {
    if (existsSync(file) && readFileSync(file, "utf8").split("\n").length > afterLines) break;
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  child.kill(signal);
  return { ...ran, code: await ended, stdout: ran.stdout, stderr: ran.stderr };
}

/** The whole lines of a file of requests, each as the schema has it. */
async function requestsOf(out: string): Promise<LoadTestRequest[]> {
  const text = await readFile(join(cwd, out, "requests.jsonl"), "utf8");
  return text
    .slice(0, text.lastIndexOf("\n"))
    .split("\n")
    .map((line) => LoadTestRequest.parse(JSON.parse(line)));
}

describe("a test that is ended", () => {
  test.each(longCases(1, ["SIGINT", "SIGTERM"] as const))(
    "by %s keeps what was measured, says that it is partial, and exits with 130",
    async (signal) => {
      const { code, stdout, stderr } = await endBy(signal, signal, 20);
      expect(code).toBe(130);
      expect(stderr).toContain("error: interrupted");
      const result = LoadTestResult.parse(JSON.parse(stdout));
      expect(result).toMatchObject({ stopped: "interrupted", partial: true });
      expect(result.counts.ok).toBeGreaterThanOrEqual(20);
      expect(await requestsOf(signal)).toHaveLength(result.counts.sent);
      expect((await readdir(join(cwd, signal))).toSorted()).toEqual([
        "report.html",
        "requests.jsonl",
        "result.json",
        "test.json",
      ]);
    },
  );

  longTest("by kill -9, at any moment, leaves lines that can be read", async () => {
    // `test/full/loadtest` does it ten times.
    for (const [round, lines] of [1, 40].entries()) {
      const out = `killed-${round}`;
      await endBy("SIGKILL", out, lines);
      const requests = await requestsOf(out);
      expect(requests.length).toBeGreaterThanOrEqual(lines);
      expect(new Set(requests.map(({ index }) => index)).size).toBe(requests.length);
    }
  });
});

describe("tunewright loadtest", () => {
  test("refuses an address that is not this machine unless told so, and shows what it would send", async () => {
    const line = [
      "loadtest",
      "http://192.0.2.1",
      "--rate",
      "3",
      "--seconds",
      "10",
      "--api-price",
      "openai/gpt-4o",
      ...SMALL,
    ];
    const { code, stdout, stderr } = await runHere(line, { cwd, env: { OPENAI_API_KEY: "sk-secret" } });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/up to 53 requests, about 265 input and up to 6,784 output tokens, at 3 requests\/s/);
    expect(stderr).toMatch(/cost: at most 0\.\d+ USD/);
    expect(stderr).toMatch(/the key in OPENAI_API_KEY is sent, unencrypted/);
    expect(stderr).toMatch(
      /error: http:\/\/192\.0\.2\.1\/v1\/chat\/completions is not this machine; the load requires confirmation/,
    );
    expect(stderr).not.toContain("sk-secret");
  });

  test("sends the key of the variable that is named, and writes it nowhere", async () => {
    const seen = endpoint.headers.length;
    const line = [
      "loadtest",
      endpoint.url,
      "--mode",
      "sync",
      "--requests",
      "2",
      "--out",
      "keyed",
      "--api-key-env",
      "MINE",
      ...SMALL,
    ];
    const { code, stdout, stderr } = await runHere(line, {
      cwd,
      env: { MINE: "sk-secret", OPENAI_API_KEY: "sk-other" },
    });
    expect(code).toBe(0);
    expect(endpoint.headers.slice(seen).map(({ authorization }) => authorization)).toEqual([
      "Bearer sk-secret",
      "Bearer sk-secret",
    ]);
    const files = await Promise.all(
      (await readdir(join(cwd, "keyed"))).map((name) => readFile(join(cwd, "keyed", name), "utf8")),
    );
    for (const text of [stdout, stderr, ...files]) expect(text).not.toMatch(/sk-/);
  });

  test("refuses a key with a line break, without showing it", async () => {
    const { code, stderr } = await runHere(["loadtest", endpoint.url, ...SMALL], {
      cwd,
      env: { OPENAI_API_KEY: "sk-x\n" },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/OPENAI_API_KEY contains a space, a line break/);
    expect(stderr).not.toContain("sk-x");
  });

  test("does not write over another test", async () => {
    const line = ["loadtest", endpoint.url, "--mode", "sync", "--requests", "1", "--out", "twice", ...SMALL];
    expect((await runHere(line, { cwd })).code).toBe(0);
    const { code, stderr } = await runHere(line, { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/twice\/requests\.jsonl already exists/);
  });

  test("names the bound that let nothing be sent", async () => {
    const bounds = ["--usd-per-mtok-output", "100", "--max-usd", "0.000001"];
    const { code, stderr } = await runHere(["loadtest", endpoint.url, "--mode", "sync", ...bounds, ...SMALL], { cwd });
    expect(code).toBe(6);
    expect(stderr).toContain("none could be sent within --max-usd: a single request may cost more");
  });

  test("prints what came back, and exits with 6, where no request was answered", async () => {
    const broken = await startEndpoint((response) => void response.writeHead(503, { "retry-after": "9" }).end("busy"));
    const { code, stdout, stderr } = await runHere(
      ["loadtest", broken.url, "--mode", "sync", "--requests", "3", ...SMALL],
      { cwd },
    );
    await broken.close();
    expect(code).toBe(6);
    expect(stdout).toMatch(/3 +503 +HTTP 503: busy +9\n/);
    expect(stderr).toContain("error: no request was answered: HTTP 503: busy");
  });

  test("exits with 6 before anything is sent where nobody listens", async () => {
    const gone = await startEndpoint(good);
    await gone.close();
    const { code, stderr } = await runHere(["loadtest", gone.url, ...SMALL], { cwd });
    expect(code).toBe(6);
    expect(stderr).toMatch(/cannot be reached: .*ECONNREFUSED/);
  });

  test.each([
    [["--slo", "tfft=500"], /unknown limit "tfft"/, /did you mean "ttft"/],
    [["--mode", "posson"], /--mode/, /did you mean "poisson"/],
    [["--rates", "1", "x", "--mode", "sweep"], /--rates/, /$/],
    [["--extra-body", "{"], /not a JSON object/, /temperature/],
    [["--api-key-env", "sk-abc"], /^(?!.*sk-abc).*name of an environment variable, not a key/, /in a variable/],
    [["--gpu", "H999"], /H999/, /$/],
    [["--prompts", "gone.jsonl"], /error: .*gone\.jsonl does not exist/, /$/],
  ])("refuses %j", async (words, message, hint) => {
    const { code, stderr } = await runHere(["loadtest", endpoint.url, ...words, "--no-color"], { cwd });
    expect([2, 3]).toContain(code);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(hint);
  });
});
