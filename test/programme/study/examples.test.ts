import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readProgramme } from "../../../src/programme/reading/read-programme.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const EXAMPLES = ["contracts", "support", "clinical"] as const;

describe("examples", () => {
  test.each(EXAMPLES)("%s is a valid programme whose fields all have a comment", async (name) => {
    const { programme } = await readProgramme(join(ROOT, "examples", name));
    expect(programme.data.files.map(({ role }) => role)).toEqual(["train", "eval"]);
    const lines = readFileSync(join(ROOT, "examples", name, "programme.yaml"), "utf8").split("\n");
    const schema = /\$schema=(\S+)/.exec(lines[0]!)![1]!;
    expect(existsSync(resolve(ROOT, "examples", name, schema))).toBe(true);
    // A field that is set stands below a comment, or below another field that the same comment explains.
    const sections = lines
      .join("\n")
      .split(/\n\n/)
      .filter((section) => /^[a-z]+:/m.test(section));
    expect(sections.filter((section) => !section.includes("#") && !section.startsWith("version:"))).toEqual([]);
  });

  test.each(EXAMPLES)("%s says where its rows come from, and each of its files is under a megabyte", async (name) => {
    const readme = readFileSync(join(ROOT, "examples", name, "README.md"), "utf8");
    const { programme, resolve: find } = await readProgramme(join(ROOT, "examples", name));
    for (const { path, generated, licence } of programme.data.files) {
      expect(statSync(await find(path)).size).toBeLessThan(1e6);
      expect(readme).toContain(path);
      expect(readme).toContain(licence!.replace("CC-BY-4.0", "CC BY 4.0"));
      expect(readme).toContain(generated ? "**Generated, not collected**" : "**Public, not generated**");
      const rows = readFileSync(await find(path), "utf8")
        .trimEnd()
        .split("\n");
      for (const row of rows) expect((JSON.parse(row) as { generated?: boolean }).generated === true).toBe(generated);
    }
    expect(existsSync(join(dirname(await find(programme.data.files[0]!.path)), "LICENSE.txt"))).toBe(
      name === "clinical",
    );
  });
});

describe("the generated rows", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "examples-"));
    execFileSync(process.execPath, [join(ROOT, "scripts/generate-examples.mjs"), folder]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["contracts", "support"])("of %s are what the script writes, on any machine", (name) => {
    for (const file of ["train.jsonl", "eval.jsonl"]) {
      const path = join(name, "data", file);
      expect(readFileSync(join(folder, path), "utf8")).toBe(readFileSync(join(ROOT, "examples", path), "utf8"));
    }
  });
});
