import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type * as redactFilesModule from "../../../../src/curate/pii/operators/redact-files.ts";
import type * as redactSetupModule from "../../../../src/curate/pii/operators/redact-setup.ts";
import { RedactOptions } from "../../../../src/domain/redact.ts";
import { MAIN } from "../../../cli/run-cli.ts";

// Threads run files, which Node can do with TypeScript only from version 22: the built ones are tested.
const built = (name: string) => import(new URL(`../curate/pii/operators/${name}.js`, `file://${MAIN}`).href);
const { redactFiles } = (await built("redact-files")) as typeof redactFilesModule;
const { redactSetup } = (await built("redact-setup")) as typeof redactSetupModule;

const folder = mkdtempSync(join(tmpdir(), "tunewright-redact-pool-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = Array.from({ length: 900 }, (_, row) =>
  JSON.stringify({
    text: `Dr. White wrote to user${row}@example.org about EMP-${String(100_000 + row)} on 2021-03-${String(10 + (row % 20))}.`,
    file: row % 100 === 3 ? `user${row}@example.org` : "x",
  }),
);

describe("threads that redact", () => {
  test("make the same rows, drops, review and counts as none, by the same key and recognisers", async () => {
    const path = join(folder, "rows.jsonl");
    writeFileSync(path, ROWS.join("\n"));
    const options = RedactOptions.parse({
      profile: "gdpr",
      textField: "text",
      recognisers: [{ entity: "EMPLOYEE_ID", pattern: "EMP-[0-9]{6}", operator: "hash" }],
    });
    const redact = async (threads: number) => {
      const setup = redactSetup(options, { keyFile: join(folder, "key"), env: {} });
      const [out, dropped, review] = ["out", "dropped", "review"].map((name) => join(folder, `${name}-${threads}`));
      const result = await redactFiles([path], setup, { out, dropped, review, threads });
      const files = [out, dropped, review].map((file) => readFileSync(file!, "utf8"));
      return { files, result: { ...result, review: result.review.spans } };
    };
    const alone = await redact(0);
    expect(alone.files[0]).toMatch(/<EMPLOYEE_ID:[0-9a-f]{16}>/);
    expect(alone.files[1]!.trim().split("\n")).toHaveLength(9);
    expect(await redact(1)).toEqual(alone);
    expect(await redact(3)).toEqual(alone);
  });
});
