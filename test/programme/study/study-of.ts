import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ProgrammeInput } from "../../../src/domain/programme.ts";
import type { Study } from "../../../src/domain/study.ts";
import { feasibility } from "../../../src/programme/study/feasibility.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";

/** Day of these studies. */
export const STUDY_DAY = "2026-06-15";

/** The training of these programmes. */
export const TRAINING = {
  method: "lora",
  gpu: "H100-80GB-SXM",
  gpuCount: 1,
  gpuUsdPerHour: "2.50",
  hoursPerRun: 3,
  runs: 8,
} as const;

/** Draws of these studies: strips of equal probability, so that a tenth of the usual number gives the same verdicts. */
const DRAWS = 1_000;

const BASE: ProgrammeInput = {
  name: "A programme",
  start: "2026-07-01",
  task: { kind: "chat", goals: ["style", "format"] },
  model: { base: "meta-llama/Llama-3.1-8B-Instruct" },
  data: { plannedRows: 8_000, meanTokens: 400, minutesPerRow: 0.5 },
  training: TRAINING,
  today: { apiUsdPerMonth: "60000" },
  serving: { monthlyUsd: "2000" },
  compliance: { euMarket: false, distributesWeights: false },
};

/** Study of a programme that goes well, with whole sections replaced: 60,000 USD a month replaced by a small model. */
export async function studyOf(over: Partial<ProgrammeInput> = {}, draws = DRAWS): Promise<Study> {
  const folder = await mkdtemp(join(tmpdir(), "study-"));
  try {
    await writeFile(join(folder, "programme.yaml"), JSON.stringify({ ...BASE, ...over }));
    const loaded = await readProgramme(folder, STUDY_DAY);
    const options = { on: STUDY_DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, draws, onStep: () => undefined };
    return await feasibility(loaded, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
