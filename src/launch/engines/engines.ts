import type { Stack } from "../../domain/stack.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import { axolotl } from "./axolotl/axolotl.ts";
import type { Engine } from "./engine.ts";
import { llamaFactory } from "./llama-factory/llama-factory.ts";
import { openai } from "./openai/openai.ts";
import { verl } from "./verl/verl.ts";
import { trl } from "./trl/trl.ts";

/** All training libraries that a run can name. */
export const ENGINES: Readonly<Record<TrainingFile["engine"], Engine>> = {
  trl,
  axolotl,
  "llama-factory": llamaFactory,
  verl,
  openai,
};

/**
 * The engine for the training library named in `training.stack` of a programme, or the reason why there is none.
 *
 * @source torchtune: its README (2025) and issue 2883, "no longer maintained"
 */
export function engineOfStack(stack: Stack): { engine: TrainingFile["engine"] } | { refused: string } {
  switch (stack) {
    case "hf":
      return { engine: "trl" };
    case "axolotl":
    case "llama-factory":
    case "verl":
      return { engine: stack };
    case "torchtune":
      return { refused: "torchtune is no longer maintained" };
    default:
      return { refused: `Tunewright plans runs of ${stack} but cannot launch them` };
  }
}
