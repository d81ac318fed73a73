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

import type { Axis, CurveView } from "../../curves/curve-data.ts";

const AXES: readonly { id: Axis; label: string }[] = [
  { id: "step", label: "Step" },
  { id: "time", label: "Time" },
  { id: "clock", label: "Wall clock" },
];

/** Axis, scale and smoothing of the charts of a page. */
export function CurveControls({
  view,
  onChange,
}: {
  view: CurveView;
  onChange: (part: Partial<CurveView>) => void;
}): ReactNode {
  return (
    <div className="toolbar">
      <ToggleButtonGroup
        className="buttons"
        aria-label="Horizontal axis"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[view.axis]}
        onSelectionChange={(keys) => onChange({ axis: [...keys][0] as Axis })}
      >
        {AXES.map(({ id, label }) => (
          <ToggleButton key={id} id={id} className="button">
            {label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
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
