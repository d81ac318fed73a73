import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { runCli } from "../../../cli/run-cli.ts";
import { runHere } from "../../../cli/run-here.ts";
import { folderOf } from "../../../curate/pipeline/rows.ts";
import { leftIn, PROGRAMME, rawLines } from "../../../curate/pipeline/tree.ts";

const FILES = { "programme.yaml": PROGRAMME, "data.jsonl": rawLines(60) };
const RUN = ["data", "run", "--executor", "inline", "--quiet"];

const ranFolder = async (): Promise<string> => {
  const dir = await folderOf(FILES);
  expect(await runHere(RUN, { cwd: dir })).toMatchObject({ code: 0 });
  return dir;
};

describe("the key that seals", () => {
  test("is made once, for its owner alone, and by many processes at once is one", async () => {
    const dir = await folderOf(FILES);
    const key = join(dir, "data", "seal.key");
    const env = { TUNEWRIGHT_SEAL_KEY_FILE: key };
    const folders = await Promise.all([1, 2, 3].map(() => folderOf(FILES)));
    await Promise.all(folders.map((cwd) => runCli(RUN, { cwd, env })));
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(dir, "data"))).toEqual(["seal.key"]);
    for (const folder of folders) expect(leftIn(folder)).toEqual(leftIn(folders[0]!));
  });

  test("of another user holds for nothing: lineage says so, and the next run makes the same rows", async () => {
    const dir = await ranFolder();
    const env = { TUNEWRIGHT_SEAL_KEY_FILE: join(await folderOf({}), "seal.key") };
    const seen = await runCli(["data", "lineage"], { cwd: dir, env });
    expect(seen).toMatchObject({ code: 3, stderr: expect.stringContaining("another user") as string });
    expect(existsSync(env.TUNEWRIGHT_SEAL_KEY_FILE)).toBe(false); // who only looks makes none
    const rows = readFileSync(join(dir, "curated.jsonl"), "utf8");
    expect((await runCli([...RUN, "--yes"], { cwd: dir, env })).code).toBe(0);
    expect(readFileSync(join(dir, "curated.jsonl"), "utf8")).toBe(rows);
    expect((await runCli(["data", "lineage"], { cwd: dir, env })).code).toBe(0);
  });

  test("that others may read, or that is none, is refused with what to do", async () => {
    const dir = await folderOf(FILES);
    const env = { TUNEWRIGHT_SEAL_KEY_FILE: join(dir, "seal.key") };
    writeFileSync(env.TUNEWRIGHT_SEAL_KEY_FILE, "ab".repeat(32));
    chmodSync(env.TUNEWRIGHT_SEAL_KEY_FILE, 0o644);
    expect(await runCli(RUN, { cwd: dir, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("chmod 600") as string,
    });
    writeFileSync(env.TUNEWRIGHT_SEAL_KEY_FILE, "no key");
    chmodSync(env.TUNEWRIGHT_SEAL_KEY_FILE, 0o600);
    expect(await runCli(RUN, { cwd: dir, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is not a valid key") as string,
    });
  });
});
