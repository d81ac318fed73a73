import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runCli, runProcess } from "../cli/run-cli.ts";
import { leftIn, PROGRAMME, rawLines } from "../curate/pipeline/tree.ts";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const curated = async (executor: string, env: Record<string, string> = {}): Promise<Record<string, string>> => {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-cluster-"));
  folders.push(dir);
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

const slurm = await runProcess("sinfo", ["--noheader"]).catch(() => ({ code: 1 }));
describe.skipIf(slurm.code !== 0)("Slurm (needs sinfo and sbatch of a running cluster, one node is enough)", () => {
  test("leaves the same bytes as one process", async () => {
    expect(await curated("slurm")).toEqual(alone);
  });
});

const ray = process.env["RAY_API_SERVER_ADDRESS"] ?? "";
describe.skipIf(ray === "")(
  "Ray (needs RAY_API_SERVER_ADDRESS of a cluster with ray[default], one node is enough)",
  () => {
    test("leaves the same bytes as one process", async () => {
      expect(await curated("ray", { RAY_API_SERVER_ADDRESS: ray })).toEqual(alone);
    });
  },
);
