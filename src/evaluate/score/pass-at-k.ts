/**
 * Probability that at least one of `k` answers is right, an unbiased estimate from all samples of an item; null if
 * there are fewer samples than `k`.
 *
 * @source Chen et al. 2021, "Evaluating large language models trained on code", equation 1
 */
export function passAtK(samples: number, { right, k }: { right: number; k: number }): number | null {
  if (samples < k) return null;
  if (samples - right < k) return 1;
  let fail = 1;
  for (let i = samples - right + 1; i <= samples; i += 1) fail *= 1 - k / i;
  return 1 - fail;
}
