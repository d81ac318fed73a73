import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { runCli } from "../../cli/run-cli.ts";
import { folderOf } from "../../curate/pipeline/rows.ts";
import { leftIn, PROGRAMME, rawLines } from "../../curate/pipeline/tree.ts";
import { startS3 } from "../../remote/s3-server.ts";

const servers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of servers.splice(0)) await close();
});

describe("a store in S3", () => {
  test("takes the artefacts of a pipeline, the same bytes as a folder", async () => {
    const { close, url, objects } = await startS3(7);
    servers.push(close);
    const env = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
    const files = { "programme.yaml": PROGRAMME, "data.jsonl": rawLines(300) };
    const [dir, local] = [await folderOf(files), await folderOf(files)];
    const words = ["data", "run", "--shard-rows", "100", "--executor"];
    const { code, stderr } = await runCli([...words, "processes", "--store", "s3://bucket/run"], { cwd: dir, env });
    expect(code, stderr).toBe(0);
    expect((await runCli([...words, "inline"], { cwd: local })).code).toBe(0);
    const there = [...objects.keys()]
      .map((key) => key.replace("/bucket/run/", join(".tunewright", "artefacts/")))
      .toSorted();
    const left = leftIn(local);
    expect(there).toEqual(
      Object.keys(left)
        .filter((name) => name !== "curated.jsonl")
        .toSorted(),
    );
    expect(leftIn(dir)).toEqual({ "curated.jsonl": left["curated.jsonl"] });
    const lineage = await runCli(["data", "lineage", "--row", "data.jsonl:1", "--json"], { cwd: dir, env });
    expect(JSON.parse(lineage.stdout)).toMatchObject({ line: 1, steps: [{}, {}, {}] });
  });
});
