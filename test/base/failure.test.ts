import { expect, test } from "vitest";

import { FAILURES, Failure, isSystemError, namingFile } from "../../src/base/failure.ts";

test("each kind of failure has its own exit code, none that means done or a bug", () => {
  const exits = Object.values(FAILURES).map(({ exit }) => exit);
  expect(new Set(exits).size).toBe(exits.length);
  expect(exits).not.toContain(0);
  expect(exits).not.toContain(1);
});

test("the exit codes are those that scripts rely on", () => {
  expect(Object.fromEntries(Object.entries(FAILURES).map(([kind, { exit }]) => [kind, exit]))).toEqual({
    bad_input: 2,
    not_found: 3,
    over_budget: 4,
    check_failed: 5,
    outside: 6,
    interrupted: 130,
  });
});

test("a failure keeps its cause, and an error of the system is told from others by its code", () => {
  const cause = Object.assign(new Error("no space"), { code: "ENOSPC" });
  const failure = new Failure("outside", "cannot write", { cause, hint: "free some space" });
  expect(failure.cause).toBe(cause);
  expect(isSystemError(failure.cause, "ENOSPC", "EDQUOT")).toBe(true);
  expect(isSystemError(failure.cause, "EACCES")).toBe(false);
  expect(isSystemError(failure.cause)).toBe(true);
  expect(isSystemError(failure)).toBe(false);
  expect(isSystemError("ENOSPC")).toBe(false);
  expect(isSystemError({ code: "ENOSPC" })).toBe(false);
  expect(isSystemError(Object.assign(new Error("of a library"), { code: 28 }))).toBe(false);
});

test("a failure without the file gets it before its message, and keeps its kind and its hint", async () => {
  const failed = new Failure("not_found", "no such column", { hint: "see the head" });
  const named = async (thrown: Error): Promise<unknown> => {
    try {
      return await namingFile("a.csv", async () => {
        throw thrown;
      });
    } catch (caught) {
      return caught;
    }
  };
  expect(await named(failed)).toMatchObject({
    name: "Failure",
    kind: "not_found",
    message: "a.csv: no such column",
    hint: "see the head",
    cause: failed,
  });
  const own = new Failure("bad_input", "a.csv, line 2: not a number");
  expect(await named(own)).toBe(own);
  const bug = new Error("undefined is not a function");
  expect(await named(bug)).toBe(bug);
  expect(await namingFile("a.csv", () => 7)).toBe(7);
});
