import { describe, expect, test } from "vitest";

import type { Failure } from "../../src/base/failure.ts";
import { runProgram } from "../../src/cli/program.ts";
import { COMMANDS, GROUPS } from "../../src/cli/registry.ts";
import { catchFailureAsync } from "../catch-failure.ts";

const refuse = (line: string): Promise<Failure> =>
  catchFailureAsync(() =>
    runProgram(line.split(" "), {
      version: "0.0.0",
      write: () => undefined,
      io: () => {
        throw new Error("a refused line touches nothing");
      },
    }),
  );

describe("a mistyped line is refused with the near word", () => {
  test.each([
    ["feasability x", "feasability", "feasibility"],
    ["plan memry", "memry", "memory"],
    ["gpus lst", "lst", "list"],
    ["plan memory --gpo H100", "--gpo", "--gpu"],
    ["gpus list --jsn", "--jsn", "--json"],
  ])("%s: %s is not known, did you mean %s?", async (line, typed, near) => {
    const failure = await refuse(line);
    expect(failure.kind).toBe("bad_input");
    expect(failure.message).toContain(`"${typed}"`);
    expect(failure.hint).toBe(`did you mean ${near}?`);
  });

  test.each(["xyzzy", "--xyzzy", "gpus list --xyzzy", "prices list --region eu", "gpus list too many words"])(
    "%s is like nothing: the hint leads to the help",
    async (line) => {
      const failure = await refuse(line);
      expect(failure.kind).toBe("bad_input");
      expect(failure.hint).toMatch(/tunewright .*--help/);
    },
  );

  test.each(Object.keys(GROUPS))("%s alone asks for the command after it", async (group) => {
    const failure = await refuse(group);
    expect(failure.message).toBe(`"${group}" needs a subcommand`);
    expect(failure.hint).toBe(`tunewright ${group} --help lists them`);
  });

  test("a flag without its value is named", async () => {
    expect((await refuse("plan memory --gpu")).message).toContain("--gpu");
  });
});

test("the registry is sorted by its groups, in the order of the help", () => {
  const order = ["", ...Object.keys(GROUPS)];
  // A command with a subcommand, as `audit` with `audit import`, is in no group.
  const commands = new Set(COMMANDS.filter(({ path }) => path.length === 1).map(({ path }) => path[0]!));
  const groups = COMMANDS.map(({ path }) => order.indexOf(path.length > 1 && !commands.has(path[0]!) ? path[0]! : ""));
  expect(groups).toEqual(groups.toSorted((a, b) => a - b));
  expect(groups).not.toContain(-1);
});

test("no two commands have the same words, and each has a summary in lower case without a full stop", () => {
  expect(new Set(COMMANDS.map(({ path }) => path.join(" "))).size).toBe(COMMANDS.length);
  for (const { summary } of COMMANDS) expect(summary).toMatch(/^(?:[a-z]|AI|GPU|API).*[^.]$/);
});
