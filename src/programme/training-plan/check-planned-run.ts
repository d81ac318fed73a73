import { Failure } from "../../base/failure.ts";
import { impossibleRun } from "../../plan/layout/check-run.ts";
import type { TrainRun } from "../../plan/memory/memory.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";

/**
 * Rejects a programme whose run no machine can do.
 *
 * @throws Failure bad_input with the location of the field to change
 */
export function checkPlannedRun(loaded: LoadedProgramme, { shape, spec, gpu }: TrainRun): void {
  const impossible = impossibleRun(shape, spec, gpu);
  if (impossible === undefined) return;
  const { field, message, hint } = impossible;
  throw new Failure("bad_input", `${loaded.place(["training", field])}: ${message}`, { hint });
}
