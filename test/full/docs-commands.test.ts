import { cpSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { MAIN, type Ran, ROOT, runProcess } from "../cli/run-cli.ts";
import { runHere } from "../cli/run-here.ts";
import { PAGES } from "../doc-pages.ts";

/** A command of a page and the output that stands under it; an empty output claims nothing. */
type Step = { line: string; shown: string };

const RUNNABLE = PAGES.filter((page) => !page.startsWith("docs/reference/"))
  .map((page) => ({ page, steps: stepsOf(readFileSync(join(ROOT, page), "utf8")) }))
  .filter(({ steps }) => steps.length > 0);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-docs-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each(RUNNABLE)("$page", ({ page, steps }) => {
  test("each of its commands works, in order, and prints what the page shows", async () => {
    const cwd = join(dir, page.replaceAll("/", "-"));
    cpSync(join(ROOT, "examples"), join(cwd, "examples"), { recursive: true });
    await symlink(join(ROOT, "docs"), join(cwd, "docs"));
    for (const { line, shown } of steps) {
      const { code, stdout, stderr } = await runShell(line, cwd);
      expect(code, `${line}\n${stderr}`).toBe(0);
      if (shown !== "") expect(withoutLineEnds(stdout), line).toBe(withoutLineEnds(shown));
    }
  });
});

test("each JavaScript block of the guides runs against the built library", async () => {
  const blocks = PAGES.flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => ({
      page,
      block: block!,
    })),
  );
  expect(blocks.length).toBeGreaterThan(0);
  for (const { page, block } of blocks) {
    const program = block.replaceAll(/from "tunewright(\/\w+)?"/g, (_, subpath = "") => `from "${built(subpath)}"`);
    const { code, stdout, stderr } = await runProcess(process.execPath, ["--input-type=module", "-e", program]);
    expect([code, stderr], page).toEqual([0, ""]);
    expect(stdout).not.toBe("");
  }
});

test("the guide of the library shows every subpath in a block that runs", () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { exports: object };
  const guide = readFileSync(join(ROOT, "docs/guides/library.md"), "utf8");
  const shown = new Set([...guide.matchAll(/^import \{.*\} from "(tunewright[^"]*)"/gm)].map(([, name]) => name!));
  const offered = Object.keys(exports)
    .filter((subpath) => !subpath.endsWith(".json"))
    .map((subpath) => subpath.replace(".", "tunewright"));
  expect(offered.filter((name) => !shown.has(name))).toEqual([]);
});

test("the guides and the README have commands to run", () => {
  expect(RUNNABLE.map(({ page }) => page)).toContain("README.md");
  expect(RUNNABLE.filter(({ page }) => page.startsWith("docs/guides/")).length).toBeGreaterThan(1);
});

/** Address of the built file of a subpath of the library, `/plan`, or of its root. */
function built(subpath: string): string {
  return pathToFileURL(join(ROOT, `dist${subpath}/index.js`)).href;
}

/** The `$ ...` lines of the console blocks of a page, each with what the block shows under it. */
function stepsOf(text: string): Step[] {
  return [...text.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    `\n${block}`
      .split("\n$ ")
      .slice(1)
      .map((part) => {
        const [line, ...shown] = part.split("\n");
        return { line: line!, shown: shown.join("\n").trimEnd() };
      })
      .filter(({ line }) => line !== ""),
  );
}

/** Runs a line as a shell does: by one, or in this process where it is a command of ours alone. */
function runShell(line: string, cwd: string): Promise<Ran> {
  const [program, ...argv] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  if (program === "tunewright" && !/[|&;<>()$`\\'*?[\]#~%{}]/.test(line)) return runHere(argv, { cwd });
  const script = `tunewright() { "${process.execPath}" "${MAIN}" "$@"; }; set -o pipefail; ${line}`;
  return runProcess("bash", ["-c", script], { cwd });
}

function withoutLineEnds(text: string): string {
  return text.replaceAll(/ +$/gm, "").trimEnd();
}
