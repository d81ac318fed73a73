import { formatCount, formatNumber } from "../../../base/units.ts";
import { lowered, span, usd, whole } from "../../../base/words.ts";
import type { Figure } from "../../../domain/figure.ts";
import { fieldWords } from "../field-words.ts";

/** Number of inputs that a cost line's sentence names; the others are in its formula. */
const NAMED = 4;

/** Inputs that only shape a formula, or have no effect. */
const SHAPE = new Set(["assumption.dataset.reference-rows", "assumption.dataset.pipeline-exponent"]);

/** A sentence on the inputs of a number with their values. The formula is in the appendix. */
export function inputsSentence(figure: Figure, book: ReadonlyMap<string, Figure>): string {
  const inputs = figure.inputs.flatMap((id) => book.get(id) ?? []).filter((input) => !isShape(input));
  const [only] = inputs;
  if (only === undefined) return "";
  if (inputs.length === 1 && only.source.kind === "user") return "As stated in programme.yaml.";
  const named = inputs
    .toSorted((a, b) => width(b) - width(a))
    .slice(0, NAMED)
    .toSorted((a, b) => Number(isField(b)) - Number(isField(a)));
  const more = inputs.length - named.length;
  const words = [...named.map(inputWords), ...(more > 0 ? [`${more} more`] : [])];
  return `From ${words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`}.`;
}

function isShape({ id, p50, unit }: Figure): boolean {
  return SHAPE.has(id) || (isField({ id }) && ((unit === "share" && p50 === 1) || p50 === 0));
}

/** True for a value of the programme, stated or default. */
function isField({ id }: Pick<Figure, "id">): boolean {
  return id.startsWith("user.");
}

/** Relative width of an input; the least certain inputs are named first. */
function width({ p10, p50, p90 }: Figure): number {
  return p10 === null || p90 === null || !p50 ? 0 : (p90 - p10) / Math.abs(p50);
}

/** Units that describe by themselves what a number of the programme counts. */
const TELLING = /rows|weeks|runs|epochs|pairs|tokens|USD/;

function inputWords(figure: Figure): string {
  const { unit, label, id } = figure;
  const value = figureValue(figure) ?? "unknown";
  if (isField(figure) && TELLING.test(unit)) return `${value} ${unit}`;
  const name = isField(figure) ? fieldWords(id.replace(/^user\./, "")) : label;
  return `${lowered(name)} (${value}${COUNTED.has(unit) ? "" : ` ${unit}`})`;
}

/** Units that add nothing to a name. */
const COUNTED = new Set(["factor", "share", "GPUs", "replicas", "exponent", "correlation"]);

/** The value of a figure with its range; undefined if it is unknown. */
export function figureValue({ p10, p50, p90, unit }: Figure): string | undefined {
  if (p10 === null || p50 === null || p90 === null) return undefined;
  const format = unit.startsWith("USD") ? usd : p90 >= 1e6 ? formatCount : p90 >= 1000 ? whole : formatNumber;
  return span({ p10, p90 }, format);
}
