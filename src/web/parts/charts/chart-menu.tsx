import { type ReactNode, useRef, useState } from "react";
import { Button, Dialog, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";

import type { ChartRanges } from "../../curves/chart-ranges.ts";
import { axisMetric, type CurveView, type NamedCurve } from "../../curves/curve-data.ts";
import { curvesAsCsv } from "../../curves/curve-csv.ts";
import { download, downloadBlob } from "../../download.ts";
import { chartPicture } from "./chart-picture.ts";
import { RangeForm } from "./range-form.tsx";
import { Icon } from "../icons.tsx";

type Props = {
  title: string;
  curves: readonly NamedCurve[];
  view: CurveView;
  ranges: ChartRanges;
  /** Words for the points that the chart does not show; undefined: none. */
  note: string | undefined;
  /** The canvas of the chart, if it is drawn. */
  canvas: () => HTMLCanvasElement | null;
  isLarge: boolean;
  onLarge: (isLarge: boolean) => void;
};

/** Actions on a chart: enlarge it, set the range of its axes, save its points or its picture. */
export function ChartMenu({ title, curves, view, ranges, note, canvas, isLarge, onLarge }: Props): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const [isRanging, setIsRanging] = useState(false);
  const file = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
  const savePicture = async (drawn: HTMLCanvasElement): Promise<void> => {
    const blob = await chartPicture(drawn, { title, note, curves });
    if (blob !== null) downloadBlob(`${file}.png`, blob);
  };
  const act = (action: string): void => {
    if (action === "large") onLarge(!isLarge);
    if (action === "range") setIsRanging(true);
    if (action === "csv") download(`${file}.csv`, curvesAsCsv(title, curves, axisMetric(view.axis)));
    const drawn = canvas();
    if (action !== "png" || drawn === null) return;
    void savePicture(drawn);
  };
  return (
    <>
      <MenuTrigger>
        <Button ref={button} className="button quiet chart-menu" aria-label={`Menu of ${title}`}>
          <Icon name="more" size={14} />
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="option-list" aria-label={title} onAction={(action) => act(String(action))}>
            <MenuItem id="large" className="option">
              {isLarge ? "Normal size" : "Enlarge"}
            </MenuItem>
            <MenuItem id="range" className="option">
              Range of axes
            </MenuItem>
            <MenuItem id="csv" className="option">
              Download CSV
            </MenuItem>
            <MenuItem id="png" className="option">
              Download PNG
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <Popover
        className="popover"
        placement="bottom end"
        triggerRef={button}
        isOpen={isRanging}
        onOpenChange={setIsRanging}
      >
        <Dialog className="inside" aria-label={`Range of ${title}`}>
          <RangeForm
            range={ranges.rangeOf(title)}
            view={view}
            isOwn={ranges.hasOwn(title)}
            onChange={(change) => ranges.change(title, change)}
            onClose={() => setIsRanging(false)}
          />
        </Dialog>
      </Popover>
    </>
  );
}
