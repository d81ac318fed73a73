import type { FleetSearch } from "../../domain/fleet-search.ts";
import type { Calibration } from "../calibration/calibration.ts";
import type { FleetRequest } from "./fleet-request.ts";

/** Number of cached searches: a programme makes a few, and its commands and pages repeat them. */
const MOST = 16;

/** A finished search: its input, its look-ups, and its result. */
type KeptSearch = {
  key: string;
  calibration: Calibration | undefined;
  assumptions: ReadonlyMap<string, string>;
  prices: ReadonlyMap<string, { ask: Parameters<FleetRequest["priceOf"]>; answer: string }>;
  found: FleetSearch;
};

const kept: KeptSearch[] = [];

/**
 * Returns the result of an earlier search if it was for the same run and fleets and all its look-ups are unchanged;
 * otherwise calls `search`. Results are shared, so callers must not modify them.
 */
export function keptSearch(request: FleetRequest, search: (request: FleetRequest) => FleetSearch): FleetSearch {
  const { calibration, ...asked } = request;
  const key = JSON.stringify(asked);
  const known = kept.findIndex(
    (entry) => entry.key === key && entry.calibration === calibration && isAsked(entry, request),
  );
  const entry = known === -1 ? searched(request, { key, search }) : kept.splice(known, 1)[0]!;
  kept.unshift(entry);
  kept.splice(MOST);
  return entry.found;
}

function isAsked({ assumptions, prices }: KeptSearch, request: FleetRequest): boolean {
  return (
    [...assumptions].every(([id, answer]) => JSON.stringify(request.assumption(id)) === answer) &&
    [...prices.values()].every(({ ask, answer }) => JSON.stringify(request.priceOf(...ask)) === answer)
  );
}

/** Runs a search and records its look-ups. */
function searched(
  request: FleetRequest,
  { key, search }: { key: string; search: (request: FleetRequest) => FleetSearch },
): KeptSearch {
  const assumptions = new Map<string, string>();
  const prices = new Map<string, { ask: Parameters<FleetRequest["priceOf"]>; answer: string }>();
  const found = search({
    ...request,
    assumption: (id) => {
      const answer = request.assumption(id);
      assumptions.set(id, JSON.stringify(answer));
      return answer;
    },
    priceOf: (...ask) => {
      const answer = request.priceOf(...ask);
      prices.set(ask.join(" "), { ask, answer: JSON.stringify(answer) });
      return answer;
    },
  });
  return { key, calibration: request.calibration, assumptions, prices, found };
}
