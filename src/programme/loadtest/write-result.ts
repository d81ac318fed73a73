import { join, resolve } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Context } from "../../base/context.ts";
import type { LoadTestResult } from "../../domain/loadtest-result.ts";
import { loadTestPage } from "../../loadtest/loadtest-page.ts";

/** Writes `result.json` and `report.html` of a load test into its folder. */
export async function writeResult(
  { cwd, note }: Pick<Context, "cwd" | "note">,
  out: string,
  result: LoadTestResult,
): Promise<void> {
  await atomicWrite(resolve(cwd, out, "result.json"), `${JSON.stringify(result, null, 1)}\n`);
  await atomicWrite(resolve(cwd, out, "report.html"), loadTestPage(result));
  const names = ["test.json", "requests.jsonl", "result.json", "report.html"];
  note(`wrote ${names.map((name) => join(out, name)).join(", ")}`);
}
