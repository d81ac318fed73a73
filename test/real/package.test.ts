import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type Ran, ROOT, runProcess } from "../cli/run-cli.ts";

type Packed = { filename: string; size: number; unpackedSize: number; files: { path: string }[] };

/** The library and its subpaths, as a program names them. */
const SUBPATHS = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { exports: object }).exports,
)
  .filter((subpath) => !subpath.endsWith(".json"))
  .map((subpath) => subpath.replace(".", "tunewright"));

let dir: string;
let packed: Packed;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-package-"));
  const { code, stdout } = await runProcess("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir]);
  expect(code).toBe(0);
  packed = (JSON.parse(stdout) as Packed[])[0]!;
});
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 20 }));

test("the tarball holds what is run and read, and nothing else", () => {
  const tops = new Set(packed.files.map(({ path }) => path.split("/")[0]!));
  expect([...tops].toSorted((a, b) => a.localeCompare(b, "en"))).toEqual([
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "dist",
    "docs",
    "examples",
    "LICENSE",
    "package.json",
    "README.md",
  ]);
  expect(packed.files.map(({ path }) => path)).toContain("docs/schema/programme.schema.json");
  expect(packed.files.filter(({ path }) => /\.(ts|map)$/.test(path) && !path.endsWith(".d.ts"))).toEqual([]);
  expect(packed.size, "packed bytes").toBeLessThan(5 * 2 ** 20);
  expect(packed.unpackedSize, "unpacked bytes").toBeLessThan(18 * 2 ** 20);
});

describe.skipIf(!hasRegistry())("installed from the tarball into an empty folder (needs a package registry)", () => {
  beforeAll(async () => {
    await mkdir(join(dir, "empty"));
    await writeFile(join(dir, "empty/package.json"), '{ "private": true }');
    const installed = await runProcess("npm", ["install", "--no-audit", "--no-fund", join(dir, packed.filename)], {
      cwd: join(dir, "empty"),
    });
    expect(installed.code, installed.stderr).toBe(0);
  }, 1_800_000);

  test("the command line answers", async () => {
    expect(await run("tunewright --version")).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
    const gpus = await run("tunewright gpus list --json");
    expect(gpus.code, gpus.stderr).toBe(0);
    expect(gpus.stdout).toContain("H100-80GB-SXM");
  });

  test("a programme is begun, passes its check, and its study is written", async () => {
    const begun = await run("tunewright init mine --from contracts");
    expect(begun.code, begun.stderr).toBe(0);
    const studied = await run("tunewright feasibility mine --out study");
    expect(studied.code, studied.stderr).toBe(0);
  });

  test("every subpath of the library loads by its name", async () => {
    const program = SUBPATHS.map((name) => `await import("${name}");`).join("\n");
    const ran = await runProcess(process.execPath, ["--input-type=module", "-e", program], { cwd: join(dir, "empty") });
    expect(ran).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("types of every subpath resolve with module %s and moduleResolution %s", async (module, resolution) => {
    const imports = SUBPATHS.map((name, index) => `import * as part${index} from "${name}";`);
    const uses = `
      const gpu: number = part0.findGpu("L4").memoryGib;
      // @ts-expect-error a number is not a text: what is imported is typed
      const wrong: string = part0.findGpu("L4").memoryGib;
      export default [gpu, wrong, ${SUBPATHS.map((_, index) => `part${index}`).join(", ")}];`;
    await writeFile(join(dir, "empty", "consumer.mts"), [...imports, uses].join("\n"));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const flags = `--noEmit --strict --target es2023 --module ${module} --moduleResolution ${resolution}`;
    const types = ["--typeRoots", join(ROOT, "node_modules/@types"), "--types", "node"];
    const { code, stdout, stderr } = await runProcess(
      process.execPath,
      [tsc, ...flags.split(" "), ...types, "consumer.mts"],
      { cwd: join(dir, "empty") },
    );
    expect([code, stdout, stderr]).toEqual([0, "", ""]);
  });

  test("the library gives its names to a program, with types next to them", async () => {
    const program = `import * as tunewright from "tunewright"; process.stdout.write(typeof tunewright.findGpu("H100-80GB-SXM").memoryGib)`;
    const ran = await runProcess(process.execPath, ["--input-type=module", "-e", program], { cwd: join(dir, "empty") });
    expect(ran).toEqual({ code: 0, stdout: "number", stderr: "" });
    expect(packed.files.map(({ path }) => path)).toContain("dist/index.d.ts");
  });
});

function hasRegistry(): boolean {
  return spawnSync("npm", ["view", "yaml", "version"], { timeout: 60_000 }).status === 0;
}

function run(line: string): Promise<Ran> {
  return runProcess("npx", ["--no-install", ...line.split(" ")], {
    cwd: join(dir, "empty"),
    env: { npm_config_update_notifier: "false" }, // npm says on standard error that there is a newer npm
  });
}
