import { readFileSync } from "node:fs";

let demonyms: ReadonlySet<string> | undefined;

/** True for a nationality, a religion or a political group, folded: "norwegian", "catholics". */
export function isDemonym(folded: string): boolean {
  demonyms ??= new Set(
    readFileSync(new URL("./data/demonyms.txt", import.meta.url), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
  return demonyms.has(folded);
}
