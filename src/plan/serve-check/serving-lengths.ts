import type { Lengths } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";

/** Lengths of prompts and answers. */
export type ServingLengths = { input: Lengths; output: Lengths };

/**
 * Coefficient of variation of prompts and answers in people's chats. They are distributed like an exponential: most are
 * short, some are very long.
 */
const CHAT_CV = 1;

const SQRT_12 = Math.sqrt(12);

/**
 * Mean tokens of ShareGPT, which the clients of vLLM and SGLang offer by that name.
 *
 * @source 2,000 prompts: 453,502 tokens in, 376,493 out (sgl-project/sglang#1639, 2024-10)
 */
const SHAREGPT = { input_len: { mean: 227, cv: 1 }, output_len: { mean: 188, cv: 1 } } as const;

/**
 * Lengths of a row. A fractional mean indicates varying prompts, like those of people. A spread (`+-15%`), a range
 * (`128-512`) or a deviation (`512 ± 100`) is used as written. Actual lengths in `extra_facts` (`actual out
 * tokens/request 697`) take precedence over nominal ones.
 */
export function servingLengths(text: RowText): ServingLengths | { refused: string } {
  const [nominalInput, nominalOutput] = [lengthOf(text, "input_len"), lengthOf(text, "output_len")];
  if (nominalInput === undefined) return { refused: unknown("input_len", text) };
  const actual = Number(/actual out(?:put)? tokens(?:\/| per )request:? ([\d.]+)/i.exec(text("extra_facts"))?.[1]);
  if (actual > 0) {
    // Uniform between zero and about twice the mean.
    const met = { mean: actual, cv: 2 / SQRT_12 };
    return { input: { ...nominalInput, cv: Math.max(nominalInput.cv, 2 / SQRT_12) }, output: met };
  }
  if (nominalOutput === undefined) return { refused: unknown("output_len", text) };
  const [input, output] = [nominalInput, nominalOutput].map((lengths) => drawn(lengths, text)) as [Lengths, Lengths];
  const varies = [text("input_len"), text("output_len")].some((text) => /^[~≈]?\d+\.\d*[1-9]/.test(text));
  const vary = (lengths: Lengths): Lengths => (varies && lengths.cv === 0 ? { ...lengths, cv: CHAT_CV } : lengths);
  return { input: vary(input), output: vary(asOfData(output, text)) };
}

function unknown(column: string, text: RowText): string {
  return text(column) === ""
    ? `${column} not stated`
    : `${column} "${text(column).slice(0, 40)}" is not a length or a range`;
}

/** Answers to a data set that the prompts name vary as its own answers do, even if their mean is stated. */
function asOfData(output: Lengths, text: RowText): Lengths {
  return output.cv === 0 && isShareGpt(text("input_len")) ? { ...output, cv: SHAREGPT.output_len.cv } : output;
}

function isShareGpt(written: string): boolean {
  return /sharegpt/i.test(written);
}

/** Lengths that a client draws around or below the nominal length, by its own rule for `--random-range-ratio`. */
function drawn(nominal: Lengths, text: RowText): Lengths {
  const facts = text("extra_facts");
  if (nominal.cv > 0) return nominal;
  const ratio = Number(/range[-_ ]ratio[ =:]*(\d*\.?\d+)/i.exec(facts)?.[1]);
  if (!(ratio >= 0 && ratio < 1)) return nominal;
  // SGLang's client draws below the nominal length; vLLM's, since 2025-05, around it.
  return /sglang/i.test(text("engine"))
    ? between(ratio * nominal.mean, nominal.mean)
    : between((1 - ratio) * nominal.mean, (1 + ratio) * nominal.mean);
}

function between(low: number, high: number): Lengths {
  const mean = (low + high) / 2;
  return { mean, cv: mean === 0 ? 0 : (high - low) / SQRT_12 / mean };
}

const NUMBER = String.raw`(\d[\d,]*\.?\d*)\s*(k\b)?`;
const RANGE = new RegExp(String.raw`^\D{0,3}${NUMBER}\s*(?:-|–|\.\.|,|to)\s*${NUMBER}\D?$`, "i");
const SPREAD = /(?:\+-|±|\+\/-)\s*(\d+\.?\d*)\s*(%?)/;
const LEADING = new RegExp(String.raw`^(?:[~≈]|mean |avg )?\s*${NUMBER}(?:\s*tok(?:ens)?)?\s*(.*)$`, "i");

function lengthOf(text: RowText, column: "input_len" | "output_len"): Lengths | undefined {
  const written = text(column);
  const leading = LEADING.exec(written);
  const ofData = isShareGpt(written) ? SHAREGPT[column] : undefined;
  if (leading === null) return ofData;
  const range = /,\d{3}\b/.test(written) ? null : RANGE.exec(written);
  if (range) {
    const [low, high] = [tokens(range[1]!, range[2]), tokens(range[3]!, range[4])];
    return low <= high && low >= 0 && high > 0 ? between(low, high) : undefined;
  }
  const mean = tokens(leading[1]!, leading[2]);
  if (!(mean >= 1) || mean > 1e7) return undefined;
  return { mean, cv: spreadOf(leading[3]!, mean) ?? ofData?.cv ?? (isPlain(leading[3]!) ? 0 : CHAT_CV) };
}

/** True if the text after a length does not refer to other lengths. */
function isPlain(rest: string): boolean {
  return !/[a-z]{4}/i.test(rest) || /fixed|random|synthetic|exact|ignore.?eos/i.test(rest);
}

function spreadOf(rest: string, mean: number): number | undefined {
  const spread = SPREAD.exec(rest);
  if (spread) return spread[2] === "%" ? Number(spread[1]) / 100 / Math.sqrt(3) : Number(spread[1]) / mean;
  const deviation = /st(?:d|dev|andard deviation)[ =:]*(\d+\.?\d*)/i.exec(rest);
  return deviation ? Number(deviation[1]) / mean : undefined;
}

function tokens(digits: string, thousands: string | undefined): number {
  return Number(digits.replaceAll(",", "")) * (thousands === undefined ? 1 : 1024);
}
