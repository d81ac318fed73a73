/** Words in a GPU's name for its maker or form of sale, which do not distinguish products. */
const NOISE = new Set(["nvidia", "amd", "intel", "geforce", "tesla", "instinct", "radeon", "gpu", "graphics"]);

/** Words before a number that are usually omitted: an RTX 4090 is "a 4090". */
export const SERIES: ReadonlySet<string> = new Set(["rtx", "rx", "gaudi"]);

/**
 * The normalised words of a GPU's name: `NVIDIA A100-SXM4-80GB` and `A100-80GB-SXM` both become `80gb`, `a100`, `sxm`.
 * Their order does not matter.
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
