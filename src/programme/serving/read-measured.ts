import { resolve } from "node:path";

import { readText } from "../../base/read-text.ts";
import { readLoadTest } from "../../plan/serve-check/read-load-test.ts";
import type { MeasuredServing } from "../../plan/serve-plan/measured-capacity.ts";

/**
 * The result of a load test that a user named.
 *
 * @throws Failure not_found, or bad_input for a file that is not a result of a load test
 */
export async function readMeasured(cwd: string, file: string): Promise<MeasuredServing> {
  return { file, result: readLoadTest(await readText(resolve(cwd, file), { shown: file }), file) };
}
