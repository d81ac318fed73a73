import type { WinCondition, WinnerBand } from "../../domain/comparison.ts";
import { formatCount, formatNumber } from "../../base/units.ts";
import { percent } from "../../base/words.ts";
import type { Read } from "../uncertainty/simulate.ts";
import { DAYS_PER_MONTH, type Scene } from "./option-figures.ts";
import type { OptionModel } from "./option-model.ts";
import { now, totalCost } from "./total-cost.ts";

/** Points per decade at which the cheapest option is computed; the ends of its range are then refined by bisection. */
const PER_DECADE = 40;

/** Decades below and above the traffic. */
const DECADES = 3;

/** Volumes from a thousandth to a thousand times the traffic. */
export function volumesAround(perDecade: number): number[] {
  return Array.from({ length: 2 * DECADES * perDecade + 1 }, (_, step) => 10 ** (step / perDecade - DECADES));
}

/**
 * The cheapest option by volume, with every input at its median; each range has the share of draws that agree at its
 * middle.
 */
export function winnersByVolume(options: readonly OptionModel[], scene: Scene): WinnerBand[] {
  if (options.length === 0) return [];
  const { median } = scene.draws;
  const perDay = scene.outputTokensPerMonth / DAYS_PER_MONTH;
  const bands: { option: OptionModel; from: number; to: number }[] = [];
  let before = 0;
  for (const volume of volumesAround(PER_DECADE)) {
    const cheapest = cheapestAt(options, scene, { volume, x: median });
    const last = bands.at(-1);
    if (last?.option.id === cheapest.id) last.to = volume;
    else {
      const edge = last === undefined ? volume : edgeBetween(options, scene, { before, volume, old: last.option });
      if (last !== undefined) last.to = edge;
      bands.push({ option: cheapest, from: edge, to: volume });
    }
    before = volume;
  }
  return bands.map(({ option, from, to }) => ({
    option: option.id,
    fromOutputTokensPerDay: from * perDay,
    toOutputTokensPerDay: to * perDay,
    wonShare: wonShares(options, scene, Math.sqrt(from * to)).get(option.id) ?? 0,
  }));
}

/** Share of the draws in which each option is the cheapest at a volume. */
function wonShares(options: readonly OptionModel[], scene: Scene, volume: number): Map<string, number> {
  const { draws } = scene;
  const won = new Map<string, number>();
  let draw = 0;
  const x: Read = (id) => draws.columns.get(id)![draw]!;
  for (draw = 0; draw < draws.count; draw++) {
    const { id } = cheapestAt(options, scene, { volume, x });
    won.set(id, (won.get(id) ?? 0) + 1 / draws.count);
  }
  return won;
}

/**
 * The condition under which each option wins, one sentence each. An option that serves the tuned model and is always
 * beaten by options that do not is compared with those that do.
 */
export function winConditions(
  options: readonly OptionModel[],
  scene: Scene,
  winners: readonly WinnerBand[],
): WinCondition[] {
  const shares = wonShares(options, scene, 1);
  const tuned = options.filter(({ servesTuned }) => servesTuned);
  const ofTuned = tuned.length === options.length ? winners : winnersByVolume(tuned, scene);
  return options.map((option) => {
    const among = option.servesTuned ? bandWords(ofTuned, option.id) : undefined;
    const all = bandWords(winners, option.id);
    return {
      option: option.id,
      condition:
        all !== undefined
          ? `cheapest ${all}`
          : among !== undefined
            ? `cheapest of those that serve the tuned model ${among}`
            : nearest(option, option.servesTuned ? tuned : options, scene),
      wonShare: shares.get(option.id) ?? 0,
    };
  });
}

/** Text of the volumes at which an option is the cheapest; undefined if there are none. */
function bandWords(winners: readonly WinnerBand[], option: string): string | undefined {
  const bands = winners.filter((band) => band.option === option);
  if (bands.length === 0) return undefined;
  if (winners.length === 1) return "at every volume tested";
  const words = bands.map((band) =>
    band === winners[0]
      ? `below ${formatCount(band.toOutputTokensPerDay)}`
      : band === winners.at(-1)
        ? `above ${formatCount(band.fromOutputTokensPerDay)}`
        : `from ${formatCount(band.fromOutputTokensPerDay)} to ${formatCount(band.toOutputTokensPerDay)}`,
  );
  return `${listed(words)} output tokens a day`;
}

/**
 * Joins the ranges of one option; if there are many, as when replicas are added one by one, only the ends are stated.
 */
function listed(words: readonly string[]): string {
  return words.length > 3 ? `${words[0]}, … , ${words.at(-1)}` : words.join(", ");
}

function nearest(option: OptionModel, options: readonly OptionModel[], scene: Scene): string {
  const perDay = scene.outputTokensPerMonth / DAYS_PER_MONTH;
  const x = scene.draws.median;
  let best = { ratio: Infinity, volume: 1, label: "" };
  for (const volume of volumesAround(10)) {
    const cheapest = cheapestAt(options, scene, { volume, x });
    const ratio = usdAt(option, scene, { volume, x }) / usdAt(cheapest, scene, { volume, x });
    if (ratio < best.ratio) best = { ratio, volume, label: cheapest.label };
  }
  const more =
    best.ratio > 2
      ? `${formatNumber(best.ratio, 2)} times as much as`
      : best.ratio - 1 < 1e-9
        ? "as much as"
        : `${percent(best.ratio - 1)} more than`;
  return `cheapest at no volume: at its best, ${formatCount(best.volume * perDay)} output tokens a day, it costs ${more} ${best.label}`;
}

type Place = { volume: number; x: Read };

function usdAt(option: OptionModel, { baseline, parity }: Scene, { volume, x }: Place): number {
  return totalCost(option, { x, baseline, moment: { ...now(parity), volume } }).usd;
}

/** The cheapest option; of two with equal cost, the first. */
function cheapestAt(options: readonly OptionModel[], scene: Scene, place: Place): OptionModel {
  let best = options[0]!;
  let least = Infinity;
  for (const option of options) {
    const usd = usdAt(option, scene, place);
    if (usd < least * (1 - 1e-12)) [best, least] = [option, usd];
  }
  return best;
}

function edgeBetween(
  options: readonly OptionModel[],
  scene: Scene,
  { before, volume, old }: { before: number; volume: number; old: OptionModel },
): number {
  let [low, high] = [before, volume];
  for (let i = 0; i < 40; i++) {
    const middle = Math.sqrt(low * high);
    if (cheapestAt(options, scene, { volume: middle, x: scene.draws.median }).id === old.id) low = middle;
    else high = middle;
  }
  return high;
}
