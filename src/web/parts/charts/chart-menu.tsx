import type { ReactNode } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";

import type { NamedCurve } from "../../curves/curve-data.ts";
import { curvesAsCsv } from "../../curves/curve-csv.ts";
import { download, downloadBlob } from "../../download.ts";
import { chartPicture } from "./chart-picture.ts";
import { Icon } from "../icons.tsx";

type Props = {
  title: string;
  curves: readonly NamedCurve[];
  /** The canvas of the chart, if it is drawn. */
  canvas: () => HTMLCanvasElement | null;
  isLarge: boolean;
  onLarge: (isLarge: boolean) => void;
};

/** Actions on a chart: enlarge it, save its points or its picture. */
export function ChartMenu({ title, curves, canvas, isLarge, onLarge }: Props): ReactNode {
  const file = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-");
  const savePicture = async (drawn: HTMLCanvasElement): Promise<void> => {
    const blob = await chartPicture(drawn, { title, curves });
    if (blob !== null) downloadBlob(`${file}.png`, blob);
  };
  const act = (action: string): void => {
    if (action === "large") onLarge(!isLarge);
    if (action === "csv") download(`${file}.csv`, curvesAsCsv(title, curves));
    const drawn = canvas();
    if (action !== "png" || drawn === null) return;
    void savePicture(drawn);
  };
  return (
    <MenuTrigger>
      <Button className="button quiet chart-menu" aria-label={`Menu of ${title}`}>
        <Icon name="more" size={14} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="option-list" aria-label={title} onAction={(action) => act(String(action))}>
          <MenuItem id="large" className="option">
            {isLarge ? "Normal size" : "Enlarge"}
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
  );
}
