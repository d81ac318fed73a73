import { fileURLToPath } from "node:url";

import type { Study } from "../../../src/domain/study.ts";
import { feasibility } from "../../../src/programme/study/feasibility.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";

/** A small programme: 44 rows of which two repeat, one is cut off and one is empty; a name that looks like HTML. */
export const FIXTURE = fileURLToPath(new URL("../../fixtures/study", import.meta.url));

/** Day of every study in the tests: prices and ages are those of this day. */
export const DAY = "2026-06-15";

let study: Promise<Study> | undefined;

/** The study of the fixture, made once. */
export function studyOfFixture(): Promise<Study> {
  study ??= studyOf(FIXTURE);
  return study;
}

/** The study of a programme folder on the day of the tests. */
export async function studyOf(folder: string): Promise<Study> {
  const loaded = await readProgramme(folder, DAY);
  return feasibility(loaded, { on: DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, onStep: () => undefined });
}
