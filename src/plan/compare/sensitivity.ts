import { formatNumber, formatRange } from "../../base/units.ts";
import { percentRange } from "../../base/words.ts";
import type { Comparison } from "../../domain/comparison.ts";
import type { TornadoBar } from "../../domain/cost.ts";
import { spread } from "../../base/quantile.ts";
import type { Read } from "../uncertainty/simulate.ts";
import { flowOf, type Scene } from "./option-figures.ts";
import type { OptionModel } from "./option-model.ts";

/** Low and high values of the settings that are varied in addition to the inputs. */
const LOAD = [0.5, 2] as const;
const PRICE_DROP = [0, 0.5] as const;
const PARITY = [0.8, 1] as const;

/**
 * Sensitivity of an option's saving over 24 months: each input at its p10 and its p90, and load, price decline and
 * quality parity over stated ranges, with all others unchanged. Largest swing first.
 */
export function sensitivity(option: OptionModel, scene: Scene): NonNullable<Comparison["sensitivity"]> {
  const { draws } = scene;
  const saved = (x: Read, over: Partial<Scene> = {}): number => flowOf(option, { ...scene, ...over }, x).npv24;
  const base = saved(draws.median);
  const bar = (input: string, label: string, ends: readonly [number, number]): TornadoBar => {
    const [lowUsd, highUsd] = ends.toSorted((a, b) => a - b) as [number, number];
    return { input, label, lowUsd: Math.round(lowUsd), highUsd: Math.round(highUsd) };
  };
  const moved = (id: string, label: string, range: { p10: number; p90: number }): TornadoBar => {
    const savedAt = (value: number): number => saved((text) => (text === id ? value : draws.median(text)));
    return bar(id, label, [savedAt(range.p10), savedAt(range.p90)]);
  };
  const inputs = draws.inputs.map(({ id, label, estimate }) =>
    moved(id, `${label} ${formatRange(estimate.p10, estimate.p90)}`, estimate),
  );
  const drawn = [...draws.columns]
    .filter(([id]) => id.startsWith("programme."))
    .map(([id, values]) => {
      const range = spread(values);
      const label = id === "programme.investment" ? "cost to launch" : "maintenance a month";
      return moved(id, `${label} ${formatRange(range.p10, range.p90)}`, range);
    });
  const load = LOAD.map((factor) => saved(draws.median, loadTimes(scene, factor))) as [number, number];
  const drop = PRICE_DROP.map((priceDropPerYear) => saved(draws.median, { priceDropPerYear })) as [number, number];
  const parity = PARITY.map((entry) => saved(draws.median, { parity: entry })) as [number, number];
  const bars = [
    ...inputs,
    ...drawn,
    bar("load", `load × ${LOAD.map((entry) => formatNumber(entry)).join("–")}`, load),
    bar("priceDropPerYear", `API prices fall ${percentRange(...PRICE_DROP)} a year`, drop),
    bar("qualityParity", `answers as good as the baseline's ${percentRange(...PARITY)}`, parity),
  ].filter(({ lowUsd, highUsd }) => lowUsd !== highUsd);
  return {
    option: option.id,
    outcome: `net present value of ${option.label} instead of ${scene.baseline.label} over 24 months, US dollars${scene.tuning === undefined ? "" : ", launch and maintenance counted where known"}`,
    baseUsd: Math.round(base),
    bars: bars.toSorted((a, b) => b.highUsd - b.lowUsd - (a.highUsd - a.lowUsd) || (a.input < b.input ? -1 : 1)),
  };
}

/** The scenario with more or less traffic: the first month is multiplied by `factor`. */
function loadTimes(scene: Scene, factor: number): Partial<Scene> {
  return { loadFactor: scene.loadFactor * factor };
}
