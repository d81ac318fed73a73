import { cpSync, mkdtempSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { COMMANDS } from "../../src/cli/registry.ts";
import { ROOT } from "../cli/run-cli.ts";
import { complete } from "../curate/judge/judge-stub.ts";
import { startEndpoint, type TestEndpoint } from "../loadtest/start-endpoint.ts";
import { startStub } from "../loadtest/start-stub.ts";
import { runExample, whyNot } from "./help-scenes.ts";

/** Every example but those that would send requests to somebody else's machine. */
const EXAMPLES = (
  await Promise.all(COMMANDS.map(async ({ load }) => (await load()).default.examples.map((line) => ({ line }))))
)
  .flat()
  .filter(({ line }) => !line.startsWith("loadtest https://"));

let dir: string;
let stub: Awaited<ReturnType<typeof startStub>>;
let judge: TestEndpoint;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-reference-"));
  stub = await startStub({ slots: 16, prefillMs: 20, perTokenMs: 1 });
  judge = await startEndpoint((response) =>
    complete(response, '{"score": 4, "rephrase": false, "reason": "so it is"}'),
  );
});
afterAll(async () => {
  await stub.stop();
  await judge.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 20 });
});

test.for(EXAMPLES)("the example `tunewright $line` of the help works", async ({ line }, { skip }) => {
  const why = whyNot(line);
  if (why !== undefined) skip(why);
  const cwd = workspace(line);
  // A stub stands where the help has a server of one's own; ten seconds of load show that the words work.
  const words = line.startsWith("loadtest http")
    ? `${line.replace("http://localhost:8000", stub.url)} --max-seconds 10`
    : line.replace("--judge http://localhost:8000", `--judge ${judge.url}`);
  const { code, stderr } = await runExample(cwd, words);
  expect(code, stderr).toBe(0);
});

/**
 * A folder as the reader of the help has it: the examples, files of the names that the help uses, and a programme,
 * unless the line begins one; a line that speaks of the folder it is in (`.`) starts inside the programme.
 */
function workspace(line: string): string {
  const cwd = mkdtempSync(join(dir, "case-"));
  cpSync(join(ROOT, "examples"), join(cwd, "examples"), { recursive: true });
  cpSync(join(ROOT, "test/fixtures/workspace"), cwd, { recursive: true });
  const programme = join(cwd, "my-programme");
  if (!line.startsWith("init ")) cpSync(join(ROOT, "examples/contracts"), programme, { recursive: true });
  return line.split(" ").includes(".") ? programme : cwd;
}
