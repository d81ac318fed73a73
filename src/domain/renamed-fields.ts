/** Fields that had another name in an earlier version, by that name: files, flags and figure ids with it are still read. */
export const RENAMED_FIELDS: Readonly<Record<string, string>> = {
  upkeepUsdPerMonth: "maintenanceUsdPerMonth",
  monthlyUpkeep: "monthlyMaintenance",
};

/** Fields of the result of a load test that had another name in an earlier version, by that name. */
export const RENAMED_LOAD_TEST_FIELDS: Readonly<Record<string, string>> = { misses: "failedRequests" };

/**
 * Gives the fields of a parsed JSON value their present names, at any depth.
 *
 * @param names  present names by the earlier ones
 * @returns the value, and each earlier name that it had
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

/** The present name of a figure whose id may hold an earlier name, as in `payback.monthlyUpkeep`. */
export function presentFigureId(id: string): string {
  return id
    .split(".")
    .map((part) => (Object.hasOwn(RENAMED_FIELDS, part) ? RENAMED_FIELDS[part]! : part))
    .join(".");
}

/** Says which earlier names a file has, and what they are called now. */
export function renamedFieldsText(renamed: readonly string[], names = RENAMED_FIELDS): string {
  return `written by an earlier version: ${renamed.map((name) => `${name} is now called ${names[name]}`).join(", ")}`;
}

/** Says that an earlier name was read, and which one to write. */
export function renamedText(earlier: string, present: string): string {
  return `warning: ${earlier} is now called ${present}; the earlier name will be removed`;
}
