import type { TrainingConfig } from "../../domain/audit-import.ts";

/**
 * The model that a configuration ultimately trains: the name in a catalogue, followed through the outputs of other
 * configurations.
 */
export type ResolvedBase = { base: string; origin: string };

/**
 * The base of a configuration, as named in the catalogue. If another configuration writes the base, the base of that
 * one counts: a preference pass starts from the supervised model.
 *
 * @param isKnown whether the catalogue has a model of this name
 */
export function resolveBase(
  config: TrainingConfig,
  configs: readonly TrainingConfig[],
  isKnown: (name: string) => boolean,
): ResolvedBase | null {
  const visited = new Set<TrainingConfig>();
  let [current, origin] = [config, config.base?.place ?? ""];
  while (current.base !== null && !visited.has(current)) {
    visited.add(current);
    const name = current.base.value;
    if (isKnown(name)) return { base: name, origin };
    const writer = configs.find(({ output }) => output !== null && lastPart(output.value) === lastPart(name));
    if (writer === undefined || writer.base === null) return null;
    origin = `${origin}, written by ${writer.file}; ${writer.base.place}`;
    current = writer;
  }
  return null;
}

function lastPart(name: string): string {
  return name.replace(/\/+$/, "").split("/").at(-1)!.toLowerCase();
}

/**
 * The configuration that the draft describes: the first whose own base is in the catalogue, otherwise the first with a
 * base.
 */
export function mainConfig(
  configs: readonly TrainingConfig[],
  isKnown: (name: string) => boolean,
): TrainingConfig | undefined {
  return (
    configs.find(({ base }) => base !== null && isKnown(base.value)) ??
    configs.find((config) => resolveBase(config, configs, isKnown) !== null) ??
    configs.find(({ base }) => base !== null) ??
    configs[0]
  );
}
