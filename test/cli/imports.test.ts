import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { COMMANDS } from "../../src/cli/registry.ts";
import { MAIN, ROOT, runProcess } from "./run-cli.ts";
import { longTest } from "../long-suite.ts";

const HEAVY = ["@duckdb", "@observablehq", "linkedom", "d3", "@huggingface", "js-tiktoken", "yaml", "csv-parse"];

/** Most bytes of JavaScript that `tunewright --help` may load: commander, the registry and base/failure. */
const HELP_BUDGET_BYTES = 200_000;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-imports-"));
});
afterAll(() => rm(dir, { recursive: true }));

async function imported(argv: readonly string[]): Promise<{ files: string[]; bytes: number }> {
  const log = join(dir, `${Math.random()}.log`);
  const hook = fileURLToPath(new URL("log-imports.mjs", import.meta.url));
  const { code, stderr } = await runProcess(process.execPath, ["--import", hook, ...argv], {
    env: { IMPORT_LOG: log },
  });
  expect([code, stderr]).toEqual([0, ""]);
  const paths = [...new Set((await readFile(log, "utf8")).trim().split("\n"))].filter(
    (path) => !path.includes("log-imports"),
  );
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return { files: paths.map((path) => relative(ROOT, path)), bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

describe("nothing heavy is loaded before it is needed", () => {
  test(`tunewright --help loads less than ${HELP_BUDGET_BYTES} bytes, and only commander from outside`, async () => {
    const { files, bytes } = await imported([MAIN, "--help"]);
    const packages = new Set(
      files.map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]).filter(Boolean),
    );
    expect([...packages]).toEqual(["commander"]);
    expect(files.filter((file) => file.includes("commands/"))).toEqual([]);
    expect(files).toContain("dist/cli/main.js");
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(HELP_BUDGET_BYTES);
  });

  test("the help of no command loads a data engine, a chart library, a tokenizer or a parser", async () => {
    const program = `
      const { runProgram } = await import(${JSON.stringify(new URL("../../dist/cli/program.js", import.meta.url).href)});
      const { COMMANDS } = await import(${JSON.stringify(new URL("../../dist/cli/registry.js", import.meta.url).href)});
      for (const { path } of COMMANDS) await runProgram([...path, "--help"], { version: "", write: () => {}, io: () => {} });`;
    const { files } = await imported(["--input-type=module", "-e", program]);
    expect(files.filter((file) => HEAVY.some((name) => file.startsWith(`node_modules/${name}`)))).toEqual([]);
    expect(files.filter((file) => file.startsWith("dist/cli/commands/"))).toHaveLength(COMMANDS.length);
  });

  longTest(
    "the library and its subpaths load none of them either until they are asked for what needs one",
    async () => {
      const parts = readdirSync(join(ROOT, "dist"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, "dist", entry.name, "index.js")))
        .map(({ name }) => `${name}/index.js`);
      expect(parts.length).toBeGreaterThan(10);
      const urls = ["index.js", ...parts].map((part) => new URL(`../../dist/${part}`, import.meta.url).href);
      const program = urls.map((url) => `await import(${JSON.stringify(url)});`).join("\n");
      const { files } = await imported(["--input-type=module", "-e", program]);
      const engines = HEAVY.filter((name) => !["yaml", "csv-parse"].includes(name));
      expect(files.filter((file) => engines.some((name) => file.startsWith(`node_modules/${name}`)))).toEqual([]);
      expect(files).toContain("dist/index.js");
    },
  );
});
