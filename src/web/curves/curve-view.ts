import { useState } from "react";
import { useLocation } from "react-router";

import { putWord, useAddress } from "../address.ts";
import { type Axis, axisMetric, type CurveView } from "./curve-data.ts";

/** Drawing settings of curves, which are also in the address, and a function that changes some of them. */
export function useCurveView(): [CurveView, (part: Partial<CurveView>) => void] {
  const [words, edit] = useAddress();
  const { pathname } = useLocation();
  // The address lags on a slow machine, and a slider needs its own last value: the settings are kept here, too.
  const [kept, setKept] = useState(() => ({ pathname, view: viewOf(words) }));
  if (kept.pathname !== pathname) setKept({ pathname, view: viewOf(words) });
  const change = (part: Partial<CurveView>): void => {
    setKept(({ pathname: path, view }) => ({ pathname: path, view: { ...view, ...part } }));
    edit((next) => {
      if (part.axis !== undefined) putWord(next, "x", part.axis === "step" ? "" : part.axis);
      if (part.isLog !== undefined) putWord(next, "log", part.isLog ? "1" : "");
      if (part.smoothing !== undefined) putWord(next, "smooth", part.smoothing > 0 ? String(part.smoothing) : "");
    });
  };
  return [kept.view, change];
}

function isAxis(word: string): word is Axis {
  return word === "time" || word === "clock" || (axisMetric(word as Axis) ?? "") !== "";
}

function viewOf(words: URLSearchParams): CurveView {
  const axis = words.get("x");
  const smoothing = Number(words.get("smooth") ?? 0);
  return {
    axis: axis !== null && isAxis(axis) ? axis : "step",
    isLog: words.get("log") === "1",
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
  };
}
