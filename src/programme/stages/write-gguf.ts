import { rename, rm } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { hashFile } from "../../base/hash-file.ts";
import type { TrainingStage } from "../../domain/training-stages.ts";
import { executableOf } from "../training/preflight.ts";
import { runProgram } from "./run-program.ts";
import { verifiedOutput } from "./passed-stages.ts";
import type { Done, StagePlace, StageTools } from "./stage-place.ts";
import { lastLine, pythonFile, runPython, sizeOf } from "./stage-python.ts";

/** Output of `check_gguf.py`. */
const GgufCheck = z.object({ tensors: z.int(), parameters: z.int(), problem: z.string().nullable() });

/**
 * Writes a merged model as GGUF and verifies the file: every tensor is read back, and if a CPU engine is installed, the
 * engine loads the file and generates from it.
 */
export async function writeGguf(
  stage: Extract<TrainingStage, { gguf: string }>,
  { folder, tools, done }: StagePlace,
): Promise<Done> {
  const { name, gguf, type, base, converter } = stage;
  const [fresh, output] = [join(folder, `${name}.tmp.gguf`), join(folder, `${name}.gguf`)];
  await rm(fresh, { force: true });
  const model = await verifiedOutput(done, gguf);
  if (converter !== undefined) {
    await runPython(tools, [converter, model, "--outfile", fresh, "--outtype", type.toLowerCase()]);
  } else {
    // a plan without both was refused when it was read
    await runPython(tools, ["write_gguf.py", model, join(tools.programmeDir, base!), fresh, type]);
  }
  const { tensors, problem } = GgufCheck.parse(JSON.parse(await runPython(tools, ["check_gguf.py", model, fresh])));
  if (problem !== null) return { state: "failed", detail: `the GGUF file is not the model: ${problem}` };
  const loaded = await loadGguf(tools, fresh);
  if ("problem" in loaded) return { state: "failed", detail: `the engine cannot use the GGUF file: ${loaded.problem}` };
  const sha256 = await hashFile(fresh);
  await rename(fresh, output);
  const detail = `${await sizeOf(output)} of GGUF, ${type}, ${tensors} tensors read back; ${loaded.detail}`;
  return { state: "passed", detail, output, sha256 };
}

/** Loads a file with llama.cpp and has it generate. */
async function loadGguf(
  { servingPython, programmeDir }: StageTools,
  path: string,
): Promise<{ detail: string } | { problem: string }> {
  const python = executableOf(servingPython, programmeDir);
  if (python === undefined) return { detail: "not loaded by an engine, since TUNEWRIGHT_SERVING_PYTHON is not set" };
  const { code, text } = await runProgram([python, pythonFile("load_gguf.py"), path], { cwd: programmeDir, env: {} });
  return code === 0 ? { detail: lastLine(text) } : { problem: `exit status ${code}: ${lastLine(text)}` };
}
