import type { DedupOptions } from "../../domain/dedup.ts";

/** When an option does something; next to which other it does not, and a value of that with which it does. */
type Use = {
  name: keyof DedupOptions;
  isUsed: (options: Pick<DedupOptions, "keep" | "method" | "compat" | "verify">) => boolean;
  beside: "keep" | "method" | "compat";
  needs: string | undefined;
};

/** Options that only some methods or policies look at. */
const USES: readonly Use[] = [
  { name: "by", isUsed: ({ keep }) => keep === "best" || keep === "oldest", beside: "keep", needs: "best" },
  { name: "sources", isUsed: ({ keep }) => keep === "source", beside: "keep", needs: "source" },
  { name: "distance", isUsed: ({ method }) => method === "simhash", beside: "method", needs: "simhash" },
  { name: "vectorField", isUsed: ({ method }) => method === "vectors", beside: "method", needs: "vectors" },
  {
    name: "threshold",
    isUsed: ({ method }) => method !== "exact" && method !== "simhash",
    beside: "method",
    needs: "near",
  },
  { name: "verify", isUsed: ({ method, verify }) => verify || method === "near", beside: "method", needs: "near" },
  {
    name: "verify",
    isUsed: ({ compat, verify }) => verify || compat === undefined,
    beside: "compat",
    needs: undefined,
  },
  { name: "clusterAlarm", isUsed: ({ compat }) => compat === undefined, beside: "compat", needs: undefined },
  { name: "permutations", isUsed: ({ compat }) => compat !== undefined, beside: "compat", needs: "datasketch" },
];

/**
 * An option that does nothing together with another, and a value of that with which it does; undefined if it has to go.
 */
export type IgnoredOption = Pick<Use, "name" | "beside" | "needs">;

/** The first of the options that were given which does nothing together with the others. */
export function ignoredOption(
  options: Pick<DedupOptions, "keep" | "method" | "compat" | "verify">,
  isGiven: (name: string) => boolean,
): IgnoredOption | undefined {
  return USES.find(({ name, isUsed }) => isGiven(name) && !isUsed(options));
}
