import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ROOT, runCli } from "../cli/run-cli.ts";
import { freePort } from "./free-port.ts";

const server = process.env["TUNEWRIGHT_MOTO"] ?? "";
const why = "needs TUNEWRIGHT_MOTO: the moto_server of pip install 'moto[server]', which is S3-compatible";
let url: string;

/** Passes requests on, and fails every third one: by turns 500, 503 before or after the server has it, and a reset. */
async function failingProxy(): Promise<{ url: string; seen: { passed: number; failed: number }; close: () => void }> {
  const seen = { passed: 0, failed: 0 };
  const proxy = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      const isFailed = (seen.passed + seen.failed) % 3 === 2;
      const way = seen.failed % 4;
      if (isFailed) seen.failed += 1;
      else seen.passed += 1;
      if (isFailed && way === 0) {
        outgoing.writeHead(500).end("<Error><Code>InternalError</Code></Error>");
        return;
      }
      if (isFailed && way === 1) {
        outgoing.writeHead(503).end("<Error><Code>SlowDown</Code></Error>");
        return;
      }
      if (isFailed && way === 2) {
        incoming.socket.resetAndDestroy();
        return;
      }
      const { method, headers } = incoming;
      const call = request(`${url}${incoming.url}`, { method, headers }, (answer) => {
        if (isFailed) {
          // The server did what was asked, and its answer is lost on the way.
          answer.resume();
          incoming.socket.resetAndDestroy();
          return;
        }
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      call.on("error", () => incoming.socket.destroy());
      call.end(Buffer.concat(parts));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    seen,
    close: () => proxy.close(),
  };
}

describe.skipIf(!existsSync(server))(`artefacts in a bucket (${why})`, () => {
  let moto: ChildProcess;
  let dir: string;
  let alone: string;
  const keys = { AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
  const rows = (): Promise<string> => readFile(join(dir, "curated.jsonl"), "utf8");
  const run = async (store: string, endpoint: string): Promise<number[]> => {
    const env = { AWS_ENDPOINT_URL: endpoint, ...keys };
    await rm(join(dir, "curated.jsonl"), { force: true });
    const { code, stdout, stderr } = await runCli(["data", "run", "--store", store, "--json"], { cwd: dir, env });
    expect(code, stderr).toBe(0);
    return (JSON.parse(stdout) as { stages: { shardsRun: number }[] }).stages.map(({ shardsRun }) => shardsRun);
  };

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    moto = spawn(server, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const isUp = async (): Promise<boolean> =>
      (await fetch(`${url}/data`, { method: "PUT" }).catch(() => undefined))?.ok === true;
    for (let tries = 0; tries < 1000 && !(await isUp()); tries++) await sleep(200);
    dir = await mkdtemp(join(tmpdir(), "tunewright-s3-"));
    await cp(join(ROOT, "test/fixtures/workspace/curation"), dir, { recursive: true });
    expect((await runCli(["data", "run"], { cwd: dir })).code).toBe(0);
    alone = await rows();
    await rm(join(dir, ".tunewright"), { recursive: true });
    await rm(join(dir, "curated.jsonl"));
  });
  afterAll(async () => {
    moto.kill();
    await once(moto, "close");
    await rm(dir, { recursive: true });
  });

  test("give the same rows as artefacts in a folder, and are not made again", async () => {
    await run("s3://data/some/prefix", url);
    expect(await rows()).toBe(alone);
    expect(await run("s3://data/some/prefix", url)).toEqual([0, 0, 0]);
    expect(existsSync(join(dir, ".tunewright/artefacts"))).toBe(false);
  });

  test("give the same rows where every third request fails, and count as whole to a server that fails none", async () => {
    const proxy = await failingProxy();
    try {
      expect(await run("s3://data/failing", proxy.url)).toEqual([1, 1, 1]);
      expect(proxy.seen.failed).toBeGreaterThan(8); // each way to fail twice and more
      expect(proxy.seen.failed).toBe(Math.floor((proxy.seen.passed + proxy.seen.failed) / 3));
    } finally {
      proxy.close();
    }
    expect(await rows()).toBe(alone);
    expect(await run("s3://data/failing", url)).toEqual([0, 0, 0]);
  });

  test("are removed by gc, those of before redaction with their rows alone", async () => {
    const env = { AWS_ENDPOINT_URL: url, ...keys };
    await run("s3://data/collected", url);
    const { code, stdout, stderr } = await runCli(["gc", "--unredacted", "--yes", "--json"], { cwd: dir, env });
    expect(code, stderr).toBe(0);
    const { remove, keep } = JSON.parse(stdout) as { remove: { store: string; why: string }[]; keep: object[] };
    expect(remove.map(({ why: reason }) => reason)).toEqual(["unredacted", "unredacted", "unredacted"]);
    expect(keep).toEqual([]); // its pipeline redacts nothing
    expect((await runCli(["data", "lineage"], { cwd: dir, env })).code).toBe(0);
    expect(await run("s3://data/collected", url)).toEqual([1, 1, 1]);
    expect(await rows()).toBe(alone);
  });
});
