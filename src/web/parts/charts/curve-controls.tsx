import type { ReactNode } from "react";
import {
  Label,
  Slider,
  SliderOutput,
  SliderThumb,
  SliderTrack,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";

import { type Axis, axisMetric, type CurveView } from "../../curves/curve-data.ts";

import { Picker } from "../compare/picker.tsx";

const AXES: readonly { id: Axis; label: string }[] = [
  { id: "step", label: "Step" },
  { id: "time", label: "Time" },
  { id: "clock", label: "Wall clock" },
];

/** The choice of no metric; none has an empty name. */
const NO_METRIC = "";

/** Axis, scale and smoothing of the charts of a page. */
export function CurveControls({
  view,
  metrics,
  onChange,
}: {
  view: CurveView;
  /** Metrics that can be the horizontal axis. */
  metrics: readonly string[];
  onChange: (part: Partial<CurveView>) => void;
}): ReactNode {
  const metric = axisMetric(view.axis);
  return (
    <div className="toolbar">
      <ToggleButtonGroup
        className="buttons"
        aria-label="Horizontal axis"
        selectionMode="single"
        disallowEmptySelection={metric === undefined}
        selectedKeys={[view.axis]}
        onSelectionChange={(keys) => {
          const [axis] = keys;
          if (axis !== undefined) onChange({ axis: axis as Axis });
        }}
      >
        {AXES.map(({ id, label }) => (
          <ToggleButton key={id} id={id} className="button">
            {label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Picker
        label="or by"
        options={[{ id: NO_METRIC, text: "no metric" }, ...metrics.map((id) => ({ id, text: id }))]}
        value={metric ?? NO_METRIC}
        onChange={(id) => onChange({ axis: id === NO_METRIC ? "step" : `metric:${id}` })}
      />
      <ToggleButton className="button" isSelected={view.isLog} onChange={(isLog) => onChange({ isLog })}>
        Log scale
      </ToggleButton>
      <Slider
        className="slider"
        minValue={0}
        maxValue={0.99}
        step={0.01}
        value={view.smoothing}
        onChange={(smoothing) => onChange({ smoothing })}
      >
        <Label>Smoothing</Label> <SliderOutput />
        <SliderTrack className="slider-track">
          <SliderThumb className="slider-thumb" />
        </SliderTrack>
      </Slider>
    </div>
  );
}
