import { existsSync } from "node:fs";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { StageResult } from "../../domain/training-stages.ts";

const RESULT = "result.json";

/** Folder of the results of a stage with a key, for all plans of the state folder. */
export function stageFolder(dataDir: string, key: string): string {
  return join(dataDir, "stages", "by-key", key);
}

/** Stores that a stage passed. */
export async function keepPassed(folder: string, result: StageResult): Promise<void> {
  await atomicWrite(join(folder, RESULT), `${JSON.stringify(result, null, 2)}\n`);
}

/**
 * The result of a stage that passed, whose output still exists; undefined if there is none, or one of another version.
 *
 * @throws Failure bad_input if its file is not JSON
 */
export async function passedResult(folder: string): Promise<StageResult | undefined> {
  const path = join(folder, RESULT);
  if (!existsSync(path)) return undefined;
  const result = StageResult.safeParse(parseJson(await readText(path), path)).data;
  if (result === undefined) return undefined;
  return result.output === null || existsSync(result.output) ? result : undefined;
}

/** File with the weights of a result: of a folder its adapter or merged model, or the file itself. */
function weightsOf(output: string): string {
  const inside = ["adapter_model.safetensors", "model.safetensors"].map((name) => join(output, name));
  return inside.find((path) => existsSync(path)) ?? output;
}

/**
 * The output of a stage that passed, after its weights were hashed again: what a later stage takes is what was verified.
 *
 * @throws Failure check_failed if it has changed
 */
export async function verifiedOutput(done: readonly StageResult[], name: string): Promise<string> {
  const found = done.find((stage) => stage.name === name);
  if (found?.output === undefined || found.output === null) throw new Error(`stage ${name} has no result`);
  const { output, sha256 } = found;
  const weights = weightsOf(output);
  const now = existsSync(weights) ? await hashFile(weights) : undefined;
  if (sha256 !== null && now !== sha256) {
    const what = now === undefined ? "was removed" : "has changed";
    throw new Failure("check_failed", `the result of stage ${name} ${what} since it passed: ${weights}`, {
      hint: `remove ${output} and run the plan again, which repeats the stage`,
    });
  }
  return output;
}
