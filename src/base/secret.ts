/** Characters of a key from which on the start of it is a leak. */
const LEAST_CHARS = 4;

/**
 * A text of a server with the key taken out: a server that refuses a key may send it back. What was cut to an excerpt
 * may end within it, so that the start of the key before the mark of a cut goes too.
 */
export function withoutSecret(text: string, secret: string | undefined): string {
  if (secret === undefined || secret === "") return text;
  const whole = text.replaceAll(secret, "[key]");
  if (!whole.endsWith("…")) return whole;
  const said = whole.slice(0, -1);
  for (let chars = secret.length - 1; chars >= LEAST_CHARS; chars--) {
    if (said.endsWith(secret.slice(0, chars))) return `${said.slice(0, -chars)}[key]…`;
  }
  return whole;
}
