import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runCli, runProcess } from "../cli/run-cli.ts";
import { leftIn, PROGRAMME, rawLines } from "../curate/pipeline/tree.ts";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 20 })));
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-cluster-"));
  folders.push(dir);
  return dir;
};

const curated = async (executor: string, env: Record<string, string> = {}): Promise<Record<string, string>> => {
  const dir = folder();
  writeFileSync(join(dir, "programme.yaml"), PROGRAMME);
  writeFileSync(join(dir, "data.jsonl"), rawLines(2000));
  const words = ["data", "run", "--executor", executor, "--workers", "2", "--shard-rows", "600"];
  const { code, stderr } = await runCli(words, { cwd: dir, env });
  expect(code, stderr).toBe(0);
  return leftIn(dir);
};

let alone: Record<string, string>;
beforeAll(async () => {
  alone = await curated("inline");
});

/** A pipeline whose shards take a second or more each, so that a worker can be lost in one. */
const SLOW = PROGRAMME.replace(/ {4}- stage: trainable\n {4}- stage: exact\n/, "    - stage: redact\n");
const SLOW_ROWS = Array.from({ length: 320 }, (_, row) => {
  const text = `Ada Lovelace of ${row} Main Street wrote to ada${row}@example.com on 3 May 2021, by 212-555-0${100 + row}. `;
  return JSON.stringify({ prompt: `row ${row}`, completion: text.repeat(60) });
}).join("\n");
const SHARDS = 8;

const slow = async (executor: string, env: Record<string, string> = {}): Promise<Record<string, string>> => {
  const dir = folder();
  writeFileSync(join(dir, "programme.yaml"), SLOW);
  writeFileSync(join(dir, "data.jsonl"), SLOW_ROWS);
  const words = ["data", "run", "--executor", executor, "--workers", "2", "--shard-rows", String(320 / SHARDS)];
  const { code, stderr } = await runCli(words, { cwd: dir, env });
  expect(code, stderr).toBe(0);
  return leftIn(dir);
};

/** Process ids and batches of the workers that are on a machine's list of processes, the longest there first. */
function workers(): { pid: number; batch: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
        const at = words.findIndex((word) => word.endsWith("shard-batch.js"));
        const isNode = /node[^/]*$/.test(words[0] ?? "");
        return at === -1 || !isNode ? [] : [{ pid: Number(name), batch: Number(words[at + 2]) }];
      } catch {
        return []; // it has ended
      }
    })
    .toSorted((a, b) => a.pid - b.pid);
}

/** Waits for a worker that has worked for a second, and takes it away. */
async function lose(take: (worker: { pid: number; batch: number }) => Promise<void> | void): Promise<number> {
  const since = new Map<number, number>();
  for (;;) {
    await sleep(100);
    for (const worker of workers()) {
      const first = since.get(worker.pid) ?? Date.now();
      since.set(worker.pid, first);
      if (Date.now() - first < 1000) continue;
      await take(worker);
      return worker.batch;
    }
  }
}

/** A submission as a cluster was given it: shards of the tasks, and the number of batches. */
type Submission = { shards: number[]; batches: number };
const submission = (path: string): Submission => {
  const { tasks, batches } = JSON.parse(readFileSync(path, "utf8")) as { tasks: { shard: number }[]; batches: number };
  return { shards: tasks.map(({ shard }) => shard), batches };
};

/** Shards of each submission of redaction: what may be classes in each shard, the decision on it, and the redaction. */
const PASSES = [SHARDS, 1, SHARDS];

/** One submission more was made than without a loss: of some tasks of the lost worker, and of no other. */
function expectLostAlone(submissions: readonly Submission[], batch: number): void {
  const sizes = submissions.map(({ shards }) => shards.length);
  const again = sizes.findIndex(
    (_size, at) => sizes[at - 1] === SHARDS && String(sizes.toSpliced(at, 1)) === String(PASSES),
  );
  expect(again, `shards of the submissions: ${sizes.join(", ")}`).toBeGreaterThan(0);
  const lost = submissions[again - 1]!;
  const given = lost.shards.filter((_shard, index) => index % lost.batches === batch);
  expect(given).toEqual(expect.arrayContaining(submissions[again]!.shards));
}

const slurm = await runProcess("sinfo", ["--noheader"]).catch(() => ({ code: 1 }));
describe.skipIf(slurm.code !== 0)("Slurm (needs sinfo and sbatch of a running cluster, one node is enough)", () => {
  test("leaves the same bytes as one process", async () => {
    expect(await curated("slurm")).toEqual(alone);
  });

  /** An `sbatch` before the real one that keeps what was submitted. */
  const recorder = async (): Promise<{ path: string; submissions: () => Submission[] }> => {
    const bin = folder();
    const real = (await runProcess("which", ["sbatch"])).stdout.trim();
    const script = `#!/bin/sh
for word in "$@"; do case "$word" in --wrap=*) tasks=$(echo "$word" | grep -o "[^ ']*tasks.json");; esac; done
cp "$tasks" "${bin}/$(date +%s%N).json"
exec "${real}" "$@"
`;
    writeFileSync(join(bin, "sbatch"), script);
    chmodSync(join(bin, "sbatch"), 0o755);
    const names = (): string[] => readdirSync(bin).filter((name) => name.endsWith(".json"));
    return {
      path: `${bin}:${process.env["PATH"]}`,
      submissions: () =>
        names()
          .toSorted()
          .map((name) => submission(join(bin, name))),
    };
  };

  test.each<[string, (worker: { pid: number; batch: number }) => Promise<void> | void]>([
    ["is killed with -9", ({ pid }) => void process.kill(pid, "SIGKILL")],
    [
      "is cancelled by scancel",
      async ({ batch }) => {
        const { stdout } = await runProcess("squeue", ["--noheader", "--array", "--format=%F_%K", "--states=RUNNING"]);
        const task = stdout.split("\n").find((line) => line.trim().endsWith(`_${batch}`));
        expect((await runProcess("scancel", [task!.trim()])).code).toBe(0);
      },
    ],
  ])("runs the shards of a worker again that %s, and no other, to the same bytes", async (_how, take) => {
    const { path, submissions } = await recorder();
    const [made, batch] = await Promise.all([slow("slurm", { PATH: path }), lose(take)]);
    expectLostAlone(submissions(), batch);
    expect(made).toEqual(await slow("inline"));
  });
});

const ray = process.env["RAY_API_SERVER_ADDRESS"] ?? "";
describe.skipIf(ray === "")(
  "Ray (needs RAY_API_SERVER_ADDRESS of a cluster with ray[default], one node is enough)",
  () => {
    test("leaves the same bytes as one process", async () => {
      expect(await curated("ray", { RAY_API_SERVER_ADDRESS: ray })).toEqual(alone);
    });

    /** Passes requests on to Ray, and keeps which batches of what were submitted, with the ids that Ray gave them. */
    const recorder = async (): Promise<{
      url: string;
      jobs: { id: string; batch: number; path: string }[];
      server: Server;
    }> => {
      const [jobs, kept]: [{ id: string; batch: number; path: string }[], string] = [[], folder()];
      const server = createServer((incoming, outgoing) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("end", () => {
          const body = Buffer.concat(parts).toString();
          const [, tasks, batch] = /([^ "']*tasks\.json)\W+(\d+)/.exec(body) ?? [];
          const path = join(kept, `${Date.now()}-${jobs.length}.json`);
          if (tasks !== undefined) cpSync(tasks, path);
          const { method, headers } = incoming;
          const call = request(`${ray.replace(/\/$/, "")}${incoming.url}`, { method, headers }, (answer) => {
            let text = "";
            answer.setEncoding("utf8").on("data", (part: string) => (text += part));
            answer.on("end", () => {
              if (tasks !== undefined) {
                const { submission_id: id } = JSON.parse(text) as { submission_id: string };
                jobs.push({ id, batch: Number(batch), path });
              }
              outgoing.writeHead(answer.statusCode!, { "content-type": "application/json" }).end(text);
            });
          });
          call.end(body);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, jobs, server };
    };

    test.each(["is killed with -9", "is stopped as a job"])(
      "runs the shards of a worker again that %s, and no other, to the same bytes",
      async (how) => {
        const { url, jobs, server } = await recorder();
        try {
          const take = async ({ pid, batch }: { pid: number; batch: number }): Promise<void> => {
            if (how === "is killed with -9") process.kill(pid, "SIGKILL");
            else {
              const { id } = jobs.findLast((job) => job.batch === batch)!;
              await runProcess("curl", ["--silent", "--request", "POST", `${ray}/api/jobs/${id}/stop`]);
            }
          };
          const [made, batch] = await Promise.all([slow("ray", { RAY_API_SERVER_ADDRESS: url }), lose(take)]);
          const submissions: Submission[] = [];
          for (let at = 0; at < jobs.length;) {
            const sent = submission(jobs[at]!.path);
            const batches = jobs.slice(at, (at += sent.batches)).map((job) => job.batch);
            expect(batches).toEqual(Array.from({ length: sent.batches }, (_, number) => number));
            submissions.push(sent);
          }
          expectLostAlone(submissions, batch);
          expect(made).toEqual(await slow("inline"));
        } finally {
          server.close();
        }
      },
    );
  },
);
