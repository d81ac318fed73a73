import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ROOT, runCli, runProcess } from "../cli/run-cli.ts";

const python = process.env["TUNEWRIGHT_CROISSANT_PYTHON"] ?? "";
const why = "needs TUNEWRIGHT_CROISSANT_PYTHON: the python of a virtual environment with mlcroissant 1.1";

describe.skipIf(!existsSync(python))(`the Croissant description of a lineage (${why})`, () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-croissant-"));
    await cp(join(ROOT, "test/fixtures/workspace/curation"), dir, { recursive: true });
    expect((await runCli(["data", "run"], { cwd: dir })).code).toBe(0);
  });
  afterAll(() => rm(dir, { recursive: true }));

  test("is valid, and the reference reader reads the rows by it", async () => {
    const words = ["--url", "https://example.com/d", "--creator", "Example", "--published", "2026-11-25"];
    expect((await runCli(["data", "lineage", "--croissant", "croissant.json", ...words], { cwd: dir })).code).toBe(0);
    const script = `
import json, mlcroissant
dataset = mlcroissant.Dataset("croissant.json")
print(json.dumps([{name: value and value.decode() for name, value in row.items()} for row in dataset.records("row")]))`;
    const read = await runProcess(python, ["-c", script], { cwd: dir });
    expect(read.code, read.stderr).toBe(0);
    const rows = JSON.parse(read.stdout) as unknown[];
    expect(rows).toHaveLength(12);
    expect(rows[0]).toEqual({
      "row/prompt": "Ticket 0: my parcel has not come.",
      "row/completion": "We are sorry. Parcel 0 is on its way.",
    });
  });
});
