import type { ReactNode } from "react";
import { Button } from "react-aria-components";

import type { AxisRange, AxisRanges, Inside } from "../../parallel-ranges.ts";
import { Icon } from "../icons.tsx";
import { shownValue } from "../words.ts";

type Props = {
  ranges: AxisRanges;
  inside: Inside;
  /** Name of the lines, in the plural. */
  what: string;
  onClear: (names: readonly string[]) => void;
};

/** Number of runs inside the ranges of axes, and each range with a button that ends it. */
export function RangeState({ ranges, inside, what, onClear }: Props): ReactNode {
  const names = [...ranges.keys()];
  return (
    <div className="toolbar range-state">
      <span role="status" className={names.length === 0 ? "soft small" : "small"}>
        {names.length === 0 ? `Drag along an axis to keep only the ${what} in a range of it.` : words(inside, what)}
      </span>
      {[...ranges].map(([name, range]) => (
        <Button key={name} className="badge accent" onPress={() => onClear([name])}>
          <span className="visually-hidden">Reset </span>
          {name} {rangeWords(range)}
          <Icon name="close" size={10} />
        </Button>
      ))}
      {names.length > 1 ? (
        <Button className="link small" onPress={() => onClear(names)}>
          Reset all
        </Button>
      ) : null}
    </div>
  );
}

function words({ isInside, without }: Inside, what: string): string {
  const left = isInside.filter(Boolean).length;
  const none = without.map(({ name, count }) => `; ${count} outside without a value of ${name}`).join("");
  return `${left} of ${isInside.length} ${what} inside${none}`;
}

function rangeWords(range: AxisRange): string {
  if ("words" in range) return range.words.join(", ");
  const { low, high } = range;
  if (low === undefined) return `up to ${shownValue(high!)}`;
  return high === undefined ? `from ${shownValue(low)}` : `${shownValue(low)} to ${shownValue(high)}`;
}
