import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure, isSystemError } from "../../base/failure.ts";
import { stat } from "node:fs/promises";
import { batchDay, batchOf, dayOf } from "../../watch/batches.ts";
import { watchPath } from "./read-watch-file.ts";
import { storedDays, trafficFolder } from "./traffic-folder.ts";

/** Number of weeks of the proposed reference. */
const WEEKS = 12;

/** Minimum number of weeks of a reference. */
const FEWEST_WEEKS = 8;

/** A written monitor. */
export type InitWatch = { path: string; from: string; to: string };

/**
 * Writes `watch/NAME.yaml`; its reference is the first complete weeks of the imported traffic: half of them, at least 8
 * and at most 12.
 *
 * @throws Failure bad_input if the file exists
 */
export async function initWatch(programmeDir: string, name: string, nowMs: number): Promise<InitWatch> {
  if (!/^[\w-]{1,80}$/.test(name)) {
    throw new Failure("bad_input", `"${name}" is not a valid name of a monitor`, {
      hint: "use letters, digits, - and _",
    });
  }
  const path = watchPath(name);
  const full = join(programmeDir, path);
  if (await exists(full)) throw new Failure("bad_input", `${path} already exists`, { hint: "choose another name" });
  const { from, to } = await proposedReference(programmeDir, nowMs);
  await mkdir(dirname(full), { recursive: true });
  await atomicWrite(full, template(from, to));
  return { path, from, to };
}

async function proposedReference(programmeDir: string, nowMs: number): Promise<{ from: string; to: string }> {
  const days = await storedDays(trafficFolder(programmeDir));
  const firstMs = Date.parse(days[0] ?? dayOf(nowMs));
  const lastMs = Math.min(nowMs, Date.parse(days.at(-1) ?? dayOf(nowMs)));
  // The first week is whole if the first day is a Monday.
  const first = batchOf(firstMs + 6 * 86_400_000, "week");
  const weeks = Math.max(FEWEST_WEEKS, Math.min(WEEKS, (batchOf(lastMs, "week") - first) >> 1));
  return {
    from: batchDay(first, "week"),
    to: dayOf(Date.parse(batchDay(first + weeks, "week")) - 86_400_000),
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return false;
    throw error;
  }
}

function template(from: string, to: string): string {
  return `# A monitor of production traffic: tunewright watch check NAME. All fields: docs/guides/watch.md
version: 1

# The normal state: 8 or more batches in which the model behaved correctly.
reference:
  from: ${from}
  to: ${to}
batch: week # or day

# Share of years with a false alarm in any signal.
falseAlarms: 0.05

# Expected format of answers: json, or a pattern.
# format: json
# format: { pattern: '^\\([A-E]\\)' }

# Watched in each of these too: language, model, or the slice that rows name.
slices: []

# webhook: https://example.com/hooks/drift
retentionDays: 90
`;
}
