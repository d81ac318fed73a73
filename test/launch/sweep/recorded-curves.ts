import { existsSync, readdirSync, readFileSync } from "node:fs";

import type { Stopping } from "../../../src/launch/sweep/stopping/stopping.ts";

const FOLDER = new URL("../../../../shared/data/sweeps/", import.meta.url);

/** The recorded curves exist: they lie outside the project. */
export const hasCurves = existsSync(FOLDER);

/** Why a test of recorded curves does not run. */
export const whyNoCurves = hasCurves ? "" : " (skipped: ../shared is absent)";

/** Stops that Optuna 4.1 decided on recorded curves. */
export type Golden = { runs: { file: string; pruner: string; config_ids: number[]; steps_run: number[] }[] };

/** The golden decisions. */
export function goldenRuns(): Golden["runs"] {
  return (JSON.parse(readFileSync(new URL("golden.json", FOLDER), "utf8")) as Golden).runs;
}

/** Files of validation curves of TaskSet. */
export function curveFiles(): string[] {
  return readdirSync(new URL("taskset/", FOLDER))
    .filter((name) => name.endsWith(".csv"))
    .toSorted();
}

/** Validation losses by row and step: nan, and more than 10^6, as 10^6. */
export function readCurves(file: string): number[][] {
  const known = read.get(file) ?? parseCurves(file);
  read.set(file, known);
  return known;
}

const read = new Map<string, number[][]>();

function parseCurves(file: string): number[][] {
  return readFileSync(new URL(`taskset/${file}`, FOLDER), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) =>
      line
        .split(",")
        .slice(9)
        .map((text) => Math.min(Number.isNaN(Number(text)) ? 1e6 : Number(text), 1e6)),
    );
}

/** Runs a trial to its end or its stop; the step at which that was. */
export function stepsRun(
  rule: Stopping,
  { trial, curve, maxSteps }: { trial: number; curve: readonly number[]; maxSteps: number },
): number {
  for (const [index, value] of curve.entries()) {
    if (rule.report({ trial, step: index + 1, value }) === "go-on") continue;
    if (index + 1 === maxSteps) break;
    return index + 1;
  }
  rule.complete(trial);
  return maxSteps;
}
