import { existsSync } from "node:fs";
import { join } from "node:path";

import type { SweepRequest } from "../../domain/sweep.ts";
import { DATABASE_FILE, dataFolder, openStore } from "../../store/open-store.ts";
import type { StartPlace } from "../training/start-training.ts";
import { type CheckedSweep, checkSweep } from "./start-sweep.ts";

/** Checks a sweep and plans it with measurements of this folder; a folder without a database is not changed. */
export async function plannedSweep(request: SweepRequest, place: StartPlace): Promise<CheckedSweep> {
  const url = place.env["DATABASE_URL"] || undefined;
  const dataDir = dataFolder(place.programmeDir);
  if (url === undefined && !existsSync(join(dataDir, DATABASE_FILE))) {
    return checkSweep(request, { place, store: undefined });
  }
  const store = await openStore({ dataDir, url }, place.now);
  try {
    return await checkSweep(request, { place, store });
  } finally {
    await store.close();
  }
}
