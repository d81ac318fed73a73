/** A key without the kind of its value: `lr` of `params.lr`. */
export function shortKey(key: string): string {
  return key.replace(/^(?:metrics|params|tags)\./, "");
}
