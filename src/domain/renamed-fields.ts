/** Renamed fields, by their earlier name. Files, flags and figure ids with the earlier name are still accepted. */
export const RENAMED_FIELDS: Readonly<Record<string, string>> = {
  upkeepUsdPerMonth: "maintenanceUsdPerMonth",
  monthlyUpkeep: "monthlyMaintenance",
};

/** Renamed fields of a load test result, by their earlier name. */
export const RENAMED_LOAD_TEST_FIELDS: Readonly<Record<string, string>> = { misses: "failedRequests" };

/**
 * Renames fields of a parsed JSON value to their current names, at any depth.
 *
 * @param names  current names by earlier names
 * @returns the value, and each earlier name that was found
 */
export function withPresentNames(value: unknown, names = RENAMED_FIELDS): { value: unknown; renamed: string[] } {
  const renamed = new Set<string>();
  const rename = (given: unknown): unknown => {
    if (Array.isArray(given)) return given.map(rename);
    if (given === null || typeof given !== "object") return given;
    return Object.fromEntries(
      Object.entries(given).map(([name, inner]) => {
        const present = Object.hasOwn(names, name) ? names[name]! : name;
        if (present !== name) renamed.add(name);
        return [present, rename(inner)];
      }),
    );
  };
  return { value: rename(value), renamed: [...renamed] };
}

/** The current name of a figure whose id may contain an earlier name, such as `payback.monthlyUpkeep`. */
export function presentFigureId(id: string): string {
  return id
    .split(".")
    .map((part) => (Object.hasOwn(RENAMED_FIELDS, part) ? RENAMED_FIELDS[part]! : part))
    .join(".");
}

/** A message that lists the earlier names in a file with their current names. */
export function renamedFieldsText(renamed: readonly string[], names = RENAMED_FIELDS): string {
  return `written by an earlier version: ${renamed.map((name) => `${name} has been renamed to ${names[name]}`).join(", ")}`;
}

/** A warning that an earlier name was read, with its current name. */
export function renamedText(earlier: string, present: string): string {
  return `warning: ${earlier} has been renamed to ${present}; the earlier name will be removed`;
}
