import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { ROOT, runCli } from "../cli/run-cli.ts";

const server = process.env["TUNEWRIGHT_MOTO"] ?? "";
const why = "needs TUNEWRIGHT_MOTO: the moto_server of pip install 'moto[server]', which is S3-compatible";
const PORT = 5_599;
const url = `http://127.0.0.1:${PORT}`;

describe.skipIf(!existsSync(server))(`artefacts in a bucket (${why})`, () => {
  test("give the same rows as artefacts in a folder, and are not made again", async () => {
    const moto = spawn(server, ["-H", "127.0.0.1", "-p", String(PORT)], { stdio: "ignore" });
    const dir = await mkdtemp(join(tmpdir(), "tunewright-s3-"));
    try {
      const isUp = async (): Promise<boolean> =>
        (await fetch(`${url}/data`, { method: "PUT" }).catch(() => undefined))?.ok === true;
      for (let tries = 0; tries < 50 && !(await isUp()); tries++) await sleep(200);
      await cp(join(ROOT, "test/fixtures/workspace/curation"), dir, { recursive: true });
      const env = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
      const inBucket = ["data", "run", "--store", "s3://data/some/prefix", "--json"];
      const first = await runCli(inBucket, { cwd: dir, env });
      expect(first.code, first.stderr).toBe(0);
      const rows = await readFile(join(dir, "curated.jsonl"), "utf8");
      const again = JSON.parse((await runCli(inBucket, { cwd: dir, env })).stdout) as {
        stages: { shardsRun: number }[];
      };
      expect(again.stages.map(({ shardsRun }) => shardsRun)).toEqual([0, 0, 0]);
      expect(existsSync(join(dir, ".tunewright/artefacts"))).toBe(false);
      expect((await runCli(["data", "run"], { cwd: dir })).code).toBe(0);
      expect(await readFile(join(dir, "curated.jsonl"), "utf8")).toBe(rows);
    } finally {
      moto.kill();
      await once(moto, "close");
      await rm(dir, { recursive: true });
    }
  });
});
