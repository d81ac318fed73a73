import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";

import { onThemeChange, tokenColour } from "../../theme.ts";

type Props = {
  /** Description of the chart for screen readers. */
  label: string;
  /** Draws the chart at a width in pixels. */
  draw: (width: number) => Element;
};

/** A panel with a chart, drawn again when its width or the colours change. */
export function PlotFrame({ label, draw }: Props): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const ink = useSyncExternalStore(onThemeChange, () => tokenColour("--ink"));
  useEffect(() => {
    const element = place.current!;
    const redraw = (): void => {
      const { paddingLeft, paddingRight } = getComputedStyle(element);
      const plot = draw(element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
      plot.setAttribute("aria-hidden", "true"); // the element says what it shows; marks may not have names of their own
      element.replaceChildren(plot);
    };
    const watch = new ResizeObserver(redraw);
    watch.observe(element);
    return () => watch.disconnect();
  }, [draw, ink]);
  return <div className="panel parallel" ref={place} role="img" tabIndex={0} aria-label={label} />;
}
