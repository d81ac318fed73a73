import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { safetensorsProblem } from "../../src/launch/engines/safetensors-check.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-safetensors-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function problemOf(header: string, data: number): Promise<string | undefined> {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  const path = join(folder, "model.safetensors");
  await writeFile(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(data)]));
  return safetensorsProblem(path);
}

const tensor = (from: number, to: number): object => ({
  dtype: "F32",
  shape: [(to - from) / 4],
  data_offsets: [from, to],
});

describe("a safetensors file", () => {
  test("is whole where its tensors cover the data", async () => {
    expect(await problemOf(JSON.stringify({ a: tensor(0, 8), b: tensor(8, 16) }), 16)).toBeUndefined();
  });
  test.each([
    { name: "cut short", header: JSON.stringify({ a: tensor(0, 16) }), data: 12, problem: /12 bytes of data/ },
    { name: "with a gap", header: JSON.stringify({ a: tensor(0, 4), b: tensor(8, 12) }), data: 12, problem: /gap/ },
    {
      name: "of another size than its shape",
      header: '{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}',
      data: 8,
      problem: /does not match its shape/,
    },
    {
      name: "of an unknown type",
      header: '{"a":{"dtype":"PICKLE","shape":[2],"data_offsets":[0,8]}}',
      data: 8,
      problem: /invalid type/,
    },
    { name: "without a tensor", header: "{}", data: 0, problem: /no tensor/ },
    { name: "that is not JSON", header: "pickle", data: 0, problem: /not valid JSON/ },
  ])("is refused $name", async ({ header, data, problem }) => {
    expect(await problemOf(header, data)).toMatch(problem);
  });
  test("is refused where the file ends inside its header, or does not exist", async () => {
    const path = join(folder, "torn.safetensors");
    await writeFile(path, Buffer.alloc(5));
    expect(await safetensorsProblem(path)).toMatch(/ends inside its header/);
    expect(await safetensorsProblem(join(folder, "none"))).toMatch(/does not exist/);
  });
});
