import { readdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { runProgram } from "../../src/cli/program.ts";
import { COMMANDS, GROUPS } from "../../src/cli/registry.ts";

const GOLDEN = new URL("../golden/help/", import.meta.url);
const PATHS = [[], ...Object.keys(GROUPS).map((group) => [group]), ...COMMANDS.map(({ path }) => path)];
const fileOf = (path: readonly string[]): string => `${["tunewright", ...path].join("-")}.txt`;

async function helpOf(path: readonly string[], flag = "--help"): Promise<string> {
  let printed = "";
  const write = (text: string): void => {
    printed += text;
  };
  const answered = await runProgram(flag === "help" ? ["help", ...path] : [...path, flag], {
    version: "0.0.0",
    write,
    io: unused,
  });
  expect(answered).toBeUndefined();
  return printed;
}

describe("the help of every command and group is a golden file", () => {
  test.each(PATHS.map((path) => ({ name: ["tunewright", ...path].join(" "), path })))(
    "$name --help",
    async ({ path }) => {
      await expect(await helpOf(path)).toMatchFileSnapshot(`../golden/help/${fileOf(path)}`);
    },
  );

  test("no golden file is left of a command that is gone", () => {
    expect(readdirSync(GOLDEN).toSorted()).toEqual(PATHS.map(fileOf).toSorted());
  });
});

describe("every command's help", () => {
  test.each(COMMANDS.map(({ path }) => ({ name: path.join(" "), path })))(
    "of $name is the same by -h and by the help command, fits 100 columns and ends with an example",
    async ({ path, name }) => {
      const help = await helpOf(path);
      expect(await helpOf(path, "-h")).toBe(help);
      expect(await helpOf(path, "help")).toBe(help);
      expect(help.split("\n").filter((line) => line.length > 100 && !line.startsWith("  $"))).toEqual([]);
      expect(help).toContain(`\nExamples:\n  $ tunewright `);
      expect(help).toContain(`tunewright ${name}`);
    },
  );
});

test("the top-level help names every command that is not in a group, and every group", async () => {
  const help = await helpOf([]);
  for (const name of [
    ...Object.keys(GROUPS),
    ...COMMANDS.filter(({ path }) => path.length === 1).map(({ path }) => path[0]!),
  ]) {
    expect(help).toMatch(new RegExp(`^  ${name} `, "m"));
  }
});

function unused(): never {
  throw new Error("help needs no outside world");
}
