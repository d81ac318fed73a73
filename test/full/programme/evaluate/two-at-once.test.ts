import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { MAIN } from "../../../cli/run-cli.ts";
import { complete } from "../../../llm/llm-server.ts";
import { startEndpoint } from "../../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok, questions } from "../../../programme/evaluate/programme-folder.ts";

test("a second run of the same evaluation at the same time is refused, and the first goes on", async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const endpoint = await startEndpoint((response) => void held.then(() => complete(response, "1")));
  try {
    const dir = await evaluationFolder(questions(60), {
      yaml: `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { url: "${endpoint.url}", model: stub, free: true, concurrency: 1 } }
scorers: [{ kind: numeric }]
`,
    });
    const child = spawn(process.execPath, [MAIN, "eval", "run", "e", "-C", dir], { stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    while (endpoint.bodies.length < 1) await sleep(1);
    await expect(ok(dir, "eval run e")).rejects.toThrow(": 2");
    release!();
    expect(await ended).toBe(0);
    expect(endpoint.bodies).toHaveLength(60);
  } finally {
    await endpoint.close();
  }
});
