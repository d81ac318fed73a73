import type { Versions } from "../memory/memory-facts.ts";
import type { RowText } from "./row-text.ts";

/** A year of this century, alone or before a month: `2024`, `2024-03`, `202412`. */
const YEAR = /(?<![\da-z.])(20[12]\d)(?:0[1-9]|1[0-2])?(?![\da-z])/gi;

/** Releases of the libraries' first generation: `transformers 4.44`, `trl==0.8.6`. */
const OLD_RELEASE =
  /\b(?:transformers[ =@v]*4\.(?:[0-3]\d|4[0-7])(?!\d)|trl[ =@v]*0\.(?:\d|1[0-2])(?!\d)|peft[ =@v]*0\.(?:\d|1[0-3])(?!\d))/i;

/** Year after which TRL no longer prepares quantised bases. */
const LAST_PREPARED = 2025;

/**
 * Age of a row's libraries, from the latest year or release that it states; current libraries if it states none.
 * Scripts that use PEFT alone prepare a quantised base, as its documentation shows, and so did TRL.
 */
export function rowVersions(text: RowText): Versions {
  const said = ["source", "source_ref", "extra_facts"].map(text).join(" ");
  const years = [...said.matchAll(YEAR)].map(([, year]) => Number(year));
  const year = years.length > 0 ? Math.max(...years) : Number.POSITIVE_INFINITY;
  const isOld = OLD_RELEASE.test(said) || year <= 2024;
  const prepares =
    isOld ||
    year <= LAST_PREPARED ||
    /prepare_model_for_kbit_training/.test(said) ||
    ["hf-peft", "hf-script", "agilerl"].includes(text("stack"));
  return { ...(isOld ? { era: "2024" } : {}), ...(prepares && text("quant") !== "" ? { preparesKbit: true } : {}) };
}
