/** A text with its hashes cut to twelve digits; other digests stay whole, since their end may be what differs. */
export function shortHashes(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{4,}\b/g, "$1");
}
