import { Failure } from "../../../base/failure.ts";
import type { Signal } from "./signal.ts";

/** Entries of the assertion about training and mining. */
const ENTRY = /^(?:c2pa|cawg)\.(?:ai_generative_training|ai_training|data_mining)$/;

/** Levels of a report that are searched. */
const MAX_DEPTH = 20;

/**
 * Reads the content credentials of an asset, as reported in JSON by c2patool or a C2PA library: the strictest entry of
 * `c2pa.training-mining` or `cawg.training-mining`.
 *
 * @param name the path of the report, for messages
 * @throws Failure bad_input if it is not valid JSON
 * @source CAWG Training and Data Mining Assertion 1.0 (18 March 2024) section 3; C2PA specification 1.4, section 18.16
 */
export function c2pa(text: string, name: string): Signal {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    throw new Failure("bad_input", `${name} is not JSON`, {
      hint: "give the report of c2patool: c2patool FILE > c2pa.json",
    });
  }
  const entries = entriesIn(report, 0);
  for (const says of ["reserved", "constrained", "open"] as const) {
    const entry = entries.find((entry) => entry.says === says);
    if (entry !== undefined) return { kind: "c2pa.json", ...entry };
  }
  return { kind: "c2pa.json", says: "silent", evidence: "no assertion concerns training" };
}

function entriesIn(value: unknown, depth: number): Pick<Signal, "says" | "evidence">[] {
  if (value === null || typeof value !== "object" || depth > MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([name, value]: [string, unknown]) => {
    if (!ENTRY.test(name)) return entriesIn(value, depth + 1);
    const use = typeof value === "string" ? value : (value as { use?: unknown } | null)?.use;
    const says = use === "notAllowed" ? "reserved" : use === "allowed" ? "open" : "constrained";
    const info = (value as { constraint_info?: unknown } | null)?.constraint_info;
    return [{ says, evidence: `${name}: ${String(use)}${typeof info === "string" ? `, ${info}` : ""}` }] as const;
  });
}
