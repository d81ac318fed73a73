/** Words of a GPU's name that say who made it or how it is sold, and tell no product from another. */
const NOISE = new Set(["nvidia", "amd", "intel", "geforce", "tesla", "instinct", "radeon", "gpu", "graphics"]);

/** Words before a number that most people leave out: an RTX 4090 is "a 4090". */
export const SERIES: ReadonlySet<string> = new Set(["rtx", "rx", "gaudi"]);

/**
 * The words of a GPU's name in one spelling: `NVIDIA A100-SXM4-80GB` and `A100-80GB-SXM` both become
 * `80gb`, `a100`, `sxm`. The order does not count.
 */
export function gpuWords(name: string): Set<string> {
  const words = name
    .toLowerCase()
    .replaceAll(/\b(rtx|rx|gaudi)(?=[a-z]?\d)/g, "$1 ") // RTX4090, RTXA6000
    .replaceAll(/(\d)\s+(gi?b)\b/g, "$1$2") // 80 GB
    .replaceAll(/(?<=\d{4})(ti|xtx?|super)\b/g, " $1") // 5070Ti
    .split(/[\s_/()-]+/)
    .map((word) => (/^sxm\d?$/.test(word) ? "sxm" : word.replace(/^(\d+)g(ib?)?$/, "$1gb")))
    .filter((word) => word !== "" && !NOISE.has(word));
  return new Set(words);
}
