import type { TrainingFile } from "../../domain/training-job.ts";
import type { Engine } from "./engine.ts";
import { trl } from "./trl/trl.ts";

/** Every training library that a run can name. */
export const ENGINES: Readonly<Record<TrainingFile["engine"], Engine>> = { trl };
