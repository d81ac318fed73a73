import { useMemo, useState } from "react";

import { putWord, useAddress } from "../../address.ts";
import type { ParallelAxis } from "../../parallel-axes.ts";
import { type AxisRange, axisRangeOf, type AxisRanges, axisRangeText } from "../../parallel-ranges.ts";

/** Before the name of an axis in the address. */
const PREFIX = "only:";

/** Ranges of axes, which are also in the address, and a function that sets or ends one. */
export function useAxisRanges(
  axes: readonly ParallelAxis[],
): [AxisRanges, (name: string, range: AxisRange | undefined) => void] {
  const [words, edit] = useAddress();
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(
    () =>
      new Map(
        [...words]
          .filter(([name]) => name.startsWith(PREFIX))
          .map(([name, text]): [string, string] => [name.slice(PREFIX.length), text]),
      ),
  );
  const ranges = useMemo(
    () =>
      new Map(
        axes.flatMap((axis): [string, AxisRange][] => {
          const text = texts.get(axis.name);
          const range = text === undefined ? undefined : axisRangeOf(axis, text);
          return range === undefined ? [] : [[axis.name, range]];
        }),
      ),
    [axes, texts],
  );
  const change = (name: string, range: AxisRange | undefined): void => {
    const text = range === undefined ? "" : axisRangeText(range);
    setTexts((before) => new Map([...before].filter(([other]) => other !== name).concat([[name, text]])));
    edit((next) => putWord(next, `${PREFIX}${name}`, text));
  };
  return [ranges, change];
}
