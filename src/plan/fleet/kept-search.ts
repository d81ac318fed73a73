import type { FleetSearch } from "../../domain/fleet-search.ts";
import type { Calibration } from "../calibration/calibration.ts";
import type { FleetRequest } from "./fleet-request.ts";

/** Searches that are kept: a programme asks for a few, and each of its commands and pages for the same ones. */
const MOST = 16;

/** A search that was made: what it was of, what it looked up, and what it found. */
type KeptSearch = {
  key: string;
  calibration: Calibration | undefined;
  assumptions: ReadonlyMap<string, string>;
  prices: ReadonlyMap<string, { ask: Parameters<FleetRequest["priceOf"]>; answer: string }>;
  found: FleetSearch;
};

const kept: KeptSearch[] = [];

/**
 * What a search finds: of an earlier one where it was of the same run and fleets and everything that it looked up is as
 * it was, else what `search` gives. Answers are shared: nobody may change them.
 */
export function keptSearch(request: FleetRequest, search: (request: FleetRequest) => FleetSearch): FleetSearch {
  const { calibration, ...asked } = request;
  const key = JSON.stringify(asked);
  const known = kept.findIndex(
    (each) => each.key === key && each.calibration === calibration && isAsked(each, request),
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

/** Makes a search and notes what it looks up. */
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
