import type { DedupOptions } from "../../domain/dedup.ts";

/**
 * Condition under which an option has an effect: another option that disables it, and a value of that option that
 * enables it.
 */
type Use = {
  name: keyof DedupOptions;
  isUsed: (options: Pick<DedupOptions, "keep" | "method" | "compat" | "verify">) => boolean;
  dependsOn: "keep" | "method" | "compat";
  needs: string | undefined;
};

/** Options used only by some methods or policies. */
const USES: readonly Use[] = [
  { name: "by", isUsed: ({ keep }) => keep === "best" || keep === "oldest", dependsOn: "keep", needs: "best" },
  { name: "sources", isUsed: ({ keep }) => keep === "source", dependsOn: "keep", needs: "source" },
  { name: "distance", isUsed: ({ method }) => method === "simhash", dependsOn: "method", needs: "simhash" },
  { name: "vectorField", isUsed: ({ method }) => method === "vectors", dependsOn: "method", needs: "vectors" },
  {
    name: "threshold",
    isUsed: ({ method }) => method !== "exact" && method !== "simhash",
    dependsOn: "method",
    needs: "near",
  },
  { name: "verify", isUsed: ({ method, verify }) => verify || method === "near", dependsOn: "method", needs: "near" },
  {
    name: "verify",
    isUsed: ({ compat, verify }) => verify || compat === undefined,
    dependsOn: "compat",
    needs: undefined,
  },
  { name: "clusterAlarm", isUsed: ({ compat }) => compat === undefined, dependsOn: "compat", needs: undefined },
  { name: "permutations", isUsed: ({ compat }) => compat !== undefined, dependsOn: "compat", needs: "datasketch" },
];

/**
 * An option without effect in combination with another, and a value of the other that gives it effect; undefined if the
 * other must be omitted.
 */
export type IgnoredOption = Pick<Use, "name" | "dependsOn" | "needs">;

/** The first given option that has no effect in combination with the others. */
export function ignoredOption(
  options: Pick<DedupOptions, "keep" | "method" | "compat" | "verify">,
  isGiven: (name: string) => boolean,
): IgnoredOption | undefined {
  return USES.find(({ name, isUsed }) => isGiven(name) && !isUsed(options));
}
