import type { Estimate, Refusal } from "../../../src/domain/estimate.ts";
import { findFacts } from "../../../src/programme/study/feasibility.ts";
import type { StudyFacts } from "../../../src/programme/study/study-facts.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { DAY, FIXTURE } from "./study-of-fixture.ts";

/** Parts of facts that take the place of what was found: objects are merged, all else is replaced. */
export type Change = object | ((facts: StudyFacts) => object);

/** Results of the fixture's study, computed once. */
export async function fixtureFacts(): Promise<StudyFacts> {
  const options = { on: DAY, tool: "Tunewright 0.0.0", exact: true, seed: 1, onStep: () => undefined };
  return (await findFacts(await readProgramme(FIXTURE, DAY), options)).studied;
}

/** Facts with changes, one after the other. */
export function changed(facts: StudyFacts, ...changes: readonly Change[]): StudyFacts {
  return changes.reduce<StudyFacts>(
    (before, change) => merged(before, typeof change === "function" ? change(before) : change) as StudyFacts,
    facts,
  );
}

/** A quantity that is known. */
export function known(p50: number, [p10, p90] = [p50, p50]): Estimate {
  return { p10, p50, p90, unit: "USD", basis: "of the test", n: 0, sources: [] };
}

/** A quantity that is not. */
export const UNKNOWN: Refusal = { refused: "not known in the test", hint: "none" };

function merged(before: unknown, change: unknown): unknown {
  if (!isMergeable(before) || !isMergeable(change)) return change;
  const fields = Object.entries(change).map(([key, value]) => [key, merged(before[key], value)]);
  return { ...before, ...(Object.fromEntries(fields) as object) };
}

/** Quantities are replaced whole: what is known of one says nothing of another. */
function isMergeable(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !("refused" in value) && !("p50" in value);
}
