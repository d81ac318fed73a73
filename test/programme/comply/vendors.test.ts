import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { seenRecipients } from "../../../src/programme/comply/vendors/seen-recipients.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-vendors-"));
  await mkdir(join(dir, "eval"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("targets, judges and telemetry are found in the configuration; sources, comments and this machine are not", async () => {
  await writeFile(
    join(dir, "eval/acceptance.yaml"),
    [
      "targets:",
      "  tuned:",
      "    url: http://localhost:8000/v1",
      "judges:",
      "  panel:",
      '    url: "https://API.judge.example/v1"',
      "# url: https://old.example",
      "set:",
      "  source: https://data.example/rows.jsonl",
    ].join("\n"),
  );
  await writeFile(
    join(dir, "trainer.yaml"),
    "report_to: [wandb, tensorboard]\notel_exporter_otlp_endpoint: https://telemetry.example:4318\n",
  );
  await writeFile(join(dir, "compliance.yaml"), "documents:\n  - url: https://law.example\n");
  expect(await seenRecipients(dir, [])).toEqual([
    { host: "api.wandb.ai", place: "trainer.yaml, line 1" },
    { host: "telemetry.example", place: "trainer.yaml, line 2" },
    { host: "api.judge.example", place: "eval/acceptance.yaml, line 6" },
  ]);
});
