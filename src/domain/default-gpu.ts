/** The default GPU of a plan: the one with the most published measurements. */
export const DEFAULT_GPU = "H100-80GB-SXM";
