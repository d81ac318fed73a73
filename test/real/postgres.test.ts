import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ROOT, runProcess } from "../cli/run-cli.ts";
import { freePort } from "./free-port.ts";

/** Debian's place for the programs of each version. */
const VERSIONS = "/usr/lib/postgresql";

const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted((a, b) => Number(b) - Number(a))[0] : undefined;
const bin = version === undefined ? "" : join(VERSIONS, version, "bin");
const isRoot = process.getuid?.() === 0;
const why = "needs Debian's postgresql package, and root to start it as the user postgres";

let folder: string;
let url: string;

/** Runs a program as the user postgres: the server refuses to run as root. */
const asPostgres = (program: string, ...words: string[]): void => {
  execFileSync("runuser", ["-u", "postgres", "--", join(bin, program), ...words], { stdio: "ignore" });
};

describe.skipIf(bin === "" || !isRoot)(`the store on PostgreSQL ${version ?? ""} (${why})`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tunewright-postgres-"));
    const id = (flag: string): number => Number(spawnSync("id", [flag, "postgres"]).stdout.toString());
    chownSync(folder, id("-u"), id("-g"));
    const port = await freePort();
    asPostgres("initdb", "-D", join(folder, "data"), "-A", "trust", "-U", "postgres");
    const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
    asPostgres("pg_ctl", "-D", join(folder, "data"), "-o", options, "-l", join(folder, "log"), "-w", "start");
    url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  });
  afterAll(() => {
    asPostgres("pg_ctl", "-D", join(folder, "data"), "-m", "immediate", "-w", "stop");
    rmSync(folder, { recursive: true });
  });

  test("passes every test of tracking, of money, of the server and of labelling that SQLite passes", async () => {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const words = [
      vitest,
      "run",
      "--project",
      "unit",
      "--reporter=dot",
      "test/store/last-statements.test.ts",
      "test/track",
      "test/server",
      "test/label",
      "test/ledger",
      "test/programme/runs/import-models.test.ts",
    ];
    const { code, stdout, stderr } = await runProcess(process.execPath, words, {
      cwd: ROOT,
      env: { DATABASE_URL: url },
    });
    expect(code, stdout + stderr).toBe(0);
    expect(stripVTControlCharacters(stdout)).toMatch(/Tests +\d+ passed/);
  });

  test.each([
    ["of what a killed server acknowledged", "test/full/server/killed-server.test.ts", "20"],
    ["of reservations, entries and bills of killed commands", "test/full/ledger/kills.test.ts", "12"],
  ])("loses nothing %s", async (_, path, kills) => {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const words = [vitest, "run", "--project", "full", "--reporter=dot", path];
    const { code, stdout, stderr } = await runProcess(process.execPath, words, {
      cwd: ROOT,
      env: { DATABASE_URL: url, TUNEWRIGHT_KILLS: kills },
    });
    expect(code, stdout + stderr).toBe(0);
    expect(stripVTControlCharacters(stdout)).toMatch(/Tests +2 passed/);
    process.stdout.write(
      stdout
        .split("\n")
        .filter((line) => /kill/.test(line))
        .join("\n"),
    );
  });
});
