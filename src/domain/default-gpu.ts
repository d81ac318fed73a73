/** The GPU of a plan that names none: the one with the most published measurements. */
export const DEFAULT_GPU = "H100-80GB-SXM";
