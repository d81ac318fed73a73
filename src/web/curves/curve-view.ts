import { useSearchParams } from "react-router";

import type { Axis, CurveView } from "./curve-data.ts";

/** Drawing settings of curves from the address, and a function to change them. */
export function useCurveView(): [CurveView, (view: CurveView) => void] {
  const [words, setWords] = useSearchParams();
  const axis = words.get("x");
  const smoothing = Number(words.get("smooth") ?? 0);
  const view: CurveView = {
    axis: axis === "time" || axis === "clock" ? axis : "step",
    isLog: words.get("log") === "1",
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
  };
  const change = (next: CurveView): void =>
    setWords(
      (before) => {
        const after = new URLSearchParams(before);
        put(after, "x", next.axis === ("step" satisfies Axis) ? "" : next.axis);
        put(after, "log", next.isLog ? "1" : "");
        put(after, "smooth", next.smoothing > 0 ? String(next.smoothing) : "");
        return after;
      },
      { replace: true },
    );
  return [view, change];
}

function put(words: URLSearchParams, name: string, value: string): void {
  if (value === "") words.delete(name);
  else words.set(name, value);
}
