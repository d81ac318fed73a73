import type { TrainingConfig } from "../../domain/audit-import.ts";

/** The model that a configuration trains in the end: the name that a catalogue knows, through the outputs of others. */
export type ResolvedBase = { base: string; origin: string };

/**
 * The base of a configuration as the catalogue knows it. A base that another configuration writes is that one's base: a
 * preference pass starts from the supervised model.
 *
 * @param isKnown  whether the catalogue has a model of this name
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

/** The configuration that the draft describes: the first whose base the catalogue knows itself, else the first with a base. */
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
