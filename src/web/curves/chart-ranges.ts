import { useMemo, useState } from "react";
import { useLocation } from "react-router";

import { putWord, useAddress } from "../address.ts";
import { type ChartRange, type Limits, limitsOf, limitsText } from "./chart-range.ts";

/** A change of the range of a chart; undefined limits are automatic, an absent axis stays as it is. */
export type RangeChange = Partial<ChartRange> & {
  /** True if the horizontal limits are for all charts, false for this one. Default: as they are now. */
  isForAll?: boolean;
};

/** Ranges of the charts of a page, which are also in the address. */
export type ChartRanges = {
  rangeOf: (title: string) => ChartRange;
  /** Whether a chart has horizontal limits of its own. */
  hasOwn: (title: string) => boolean;
  change: (title: string, change: RangeChange) => void;
  /** Forgets all horizontal limits: their unit changes. */
  clearX: () => void;
};

/** Limits by their word in the address: `y:loss`, `x:loss`, and `x:` for all charts. */
type Kept = ReadonlyMap<string, Limits>;

/** The word of horizontal limits that all charts have. */
const X_OF_ALL = "x:";

/** Ranges of the charts of a page, and functions that change them. */
export function useChartRanges(): ChartRanges {
  const [words, edit] = useAddress();
  const { pathname } = useLocation();
  const [state, setState] = useState(() => ({ pathname, kept: keptOf(words) })); // the address may lag
  if (state.pathname !== pathname) setState({ pathname, kept: keptOf(words) });
  const { kept } = state;
  return useMemo(() => {
    const put = (changes: readonly (readonly [string, Limits | undefined])[]): void => {
      setState(({ pathname: path, kept: before }) => {
        const next = new Map(before);
        for (const [word, limits] of changes) {
          if (limits === undefined) next.delete(word);
          else next.set(word, limits);
        }
        return { pathname: path, kept: next };
      });
      edit((next) => {
        for (const [word, limits] of changes) putWord(next, word, limits === undefined ? "" : limitsText(limits));
      });
    };
    const hasOwn = (title: string): boolean => kept.has(`x:${title}`);
    return {
      rangeOf: (title) => ({ x: kept.get(`x:${title}`) ?? kept.get(X_OF_ALL), y: kept.get(`y:${title}`) }),
      hasOwn,
      change: (title, { isForAll = !hasOwn(title), ...change }) =>
        put([
          ...("y" in change ? [[`y:${title}`, change.y] as const] : []),
          ...("x" in change ? xChanges({ title, limits: change.x, isForAll }) : []),
        ]),
      clearX: () => put([...kept.keys()].filter((word) => word.startsWith("x:")).map((word) => [word, undefined])),
    };
  }, [kept, edit]);
}

/** Limits for all charts replace those of this one; automatic limits of one chart also end those of all. */
function xChanges({
  title,
  limits,
  isForAll,
}: {
  title: string;
  limits: Limits | undefined;
  isForAll: boolean;
}): [string, Limits | undefined][] {
  const own = `x:${title}`;
  if (limits !== undefined && !isForAll) return [[own, limits]];
  return [
    [own, undefined],
    [X_OF_ALL, limits],
  ];
}

function keptOf(words: URLSearchParams): Kept {
  const ranges = [...words].filter(([name]) => /^[xy]:/.test(name));
  return new Map(
    ranges.flatMap(([name, text]): [string, Limits][] => {
      const limits = limitsOf(text);
      return limits === undefined ? [] : [[name, limits]];
    }),
  );
}
