import type { RunSpec } from "../domain/run-spec.ts";

/** Why no machine can run a plan: the field of the spec to change, a sentence, and what to set it to. */
export type ImpossibleRun = { field: keyof RunSpec; message: string; hint: string };
