import { type FormEvent, type ReactNode, useState } from "react";
import { Button } from "react-aria-components";

import { type ChartRange, type TypedLimits, typedLimits } from "../../curves/chart-range.ts";
import type { RangeChange } from "../../curves/chart-ranges.ts";
import { type Axis, axisMetric, type CurveView } from "../../curves/curve-data.ts";
import { Checkbox } from "../checkbox.tsx";
import { LimitFields, limitTexts } from "../limit-fields.tsx";

/** Names of the horizontal axis, with the unit in which it is typed. */
const X_NAMES: Partial<Record<Axis, string>> = {
  step: "Horizontal: step",
  time: "Horizontal: seconds since the start",
  clock: "Horizontal: wall clock",
};

type Props = {
  range: ChartRange;
  view: CurveView;
  /** True if the horizontal limits are those of this chart only. */
  isOwn: boolean;
  onChange: (change: RangeChange) => void;
  onClose: () => void;
};

/** The lowest and the highest value of both axes of a chart; an empty field is automatic. */
export function RangeForm({ range, view, isOwn, onChange, onClose }: Props): ReactNode {
  const isClock = view.axis === "clock";
  const shown = isClock ? clockText : String;
  const [y, setY] = useState(() => limitTexts(range.y, String));
  const [x, setX] = useState(() => limitTexts(range.x, shown));
  const [isForAll, setIsForAll] = useState(!isOwn);
  const [read, setRead] = useState<{ x: TypedLimits; y: TypedLimits }>();
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    const next = {
      y: typedLimits(y, { isLog: view.isLog }),
      x: typedLimits(x, { isLog: false, ...(isClock ? { read: clockSeconds } : {}) }),
    };
    setRead(next);
    if ("problem" in next.x || "problem" in next.y) return;
    onChange({ x: next.x.limits, y: next.y.limits, isForAll });
    onClose();
  };
  return (
    <form className="stack range-form" onSubmit={apply} noValidate>
      <LimitFields
        name={`Vertical${view.isLog ? ", log scale" : ""}`}
        typed={y}
        onChange={setY}
        read={read?.y}
        autoFocus
      />
      <LimitFields
        name={X_NAMES[view.axis] ?? `Horizontal: ${axisMetric(view.axis)}`}
        typed={x}
        onChange={setX}
        read={read?.x}
        isClock={isClock}
      />
      <Checkbox isSelected={isForAll} onChange={setIsForAll}>
        Horizontal range for all charts
      </Checkbox>
      <div className="toolbar">
        <Button type="submit" className="button primary">
          Apply
        </Button>
        <Button
          className="button"
          onPress={() => {
            onChange({ x: undefined, y: undefined });
            onClose();
          }}
        >
          Reset
        </Button>
      </div>
    </form>
  );
}

/** Seconds since 1970 as the text of a field for date and time, in the reader's time zone. */
function clockText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function clockSeconds(text: string): number {
  return new Date(text).getTime() / 1000;
}
