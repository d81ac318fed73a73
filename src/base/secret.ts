import { Failure } from "./failure.ts";

/** Minimum length at which the start of a key counts as a leak. */
const LEAST_CHARS = 4;

/**
 * A server's text with the key removed, because a server that rejects a key may return it. An excerpt may end inside
 * the key, so the start of a key before the truncation mark is also removed.
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

/**
 * The key in an environment variable, or undefined if it is not set.
 *
 * @param flag  flag that names the variable, for messages
 * @throws Failure bad_input if it is not the name of a variable, or if its value contains characters that are not
 * allowed in a key; neither is repeated
 */
export function keyIn(
  env: Readonly<Record<string, string | undefined>>,
  { name, flag }: { name: string; flag: string },
): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    // The given text may be the key itself, so it is not repeated.
    throw new Failure("bad_input", `${flag}: expected the name of an environment variable, not a key`, {
      hint: `put the key in a variable and name that: ${flag} OPENAI_API_KEY`,
    });
  }
  const key = env[name];
  if (key === undefined || key === "") return undefined;
  if (/^[!-~]+$/.test(key)) return key;
  throw new Failure("bad_input", `${name} contains a space, a line break or a character that is not valid in a key`, {
    hint: "set it to the key only",
  });
}
