import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import type { LoadTestResult } from "../../domain/loadtest-result.ts";
import { rebuildResult } from "../../loadtest/rebuild-result.ts";
import { recordedTest, testFolder } from "../../loadtest/recorded-test.ts";
import { writeResult } from "./write-result.ts";

/**
 * Rebuilds the result of a killed test from its record.
 *
 * @param from  folder of the record, from the folder of the context
 * @throws Failure bad_input if it has a result; as `recordedTest`
 */
export async function rebuildLoadTest(context: Context, from: string): Promise<LoadTestResult> {
  const shown = testFolder(from);
  if (existsSync(resolve(context.cwd, shown, "result.json"))) {
    throw new Failure(
      "bad_input",
      `${join(shown, "result.json")} already exists: the test was completed, or was rebuilt before`,
      {
        hint: "move that file away to rebuild it",
      },
    );
  }
  const result = await rebuildResult(await recordedTest(resolve(context.cwd, shown), shown));
  await writeResult(context, shown, result);
  return result;
}
