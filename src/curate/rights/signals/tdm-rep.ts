import { Failure } from "../../../base/failure.ts";
import { matchesPath, type Page, type Signal } from "./signal.ts";

/**
 * Reads the rule of a tdmrep.json for a page: the first entry with a matching location decides; a policy next to a
 * reservation names the conditions under which mining is licensed.
 *
 * @param name the path of the file, for messages
 * @throws Failure bad_input if it is not a list as defined in the report, because a typo must not hide a reservation
 * @source W3C TDM Reservation Protocol, Community Group final report of 10 May 2024, section 6.1
 */
export function tdmRep(text: string, { path }: Page, name: string): Signal {
  const entries = entriesOf(text, name);
  const entry = entries.find(({ location }) => matchesPath(location, path));
  if (entry === undefined) return { kind: "tdmrep.json", says: "silent", evidence: "no location matches this page" };
  const { location, reservation, policy } = entry;
  if (reservation === 0) return { kind: "tdmrep.json", says: "open", evidence: `${location}: tdm-reservation 0` };
  const evidence = `${location}: tdm-reservation 1${policy === undefined ? "" : `, tdm-policy ${policy}`}`;
  return { kind: "tdmrep.json", says: "reserved", evidence };
}

/** Valid values of a reservation; others are errors. */
const RESERVATIONS: ReadonlyMap<unknown, 0 | 1> = new Map<unknown, 0 | 1>([
  [0, 0],
  [1, 1],
  ["0", 0],
  ["1", 1],
]);

function entriesOf(text: string, name: string): { location: string; reservation: 0 | 1; policy: string | undefined }[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!Array.isArray(value)) {
    throw new Failure("bad_input", `${name} is not a JSON list, which tdmrep.json must be`, {
      hint: 'expected [{"location": "/", "tdm-reservation": 1}]',
    });
  }
  return value.map((element: unknown, index) => {
    const entry = (element ?? {}) as Record<string, unknown>;
    const reservation = RESERVATIONS.get(entry["tdm-reservation"]);
    if (typeof entry["location"] !== "string" || reservation === undefined) {
      throw new Failure(
        "bad_input",
        `${name}, entry ${index + 1}: expected a location and a tdm-reservation of 0 or 1`,
        { hint: "correct the entry to follow the TDM Reservation Protocol" },
      );
    }
    const policy = entry["tdm-policy"];
    return { location: entry["location"], reservation, policy: typeof policy === "string" ? policy : undefined };
  });
}
