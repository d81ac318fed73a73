import { Failure } from "./failure.ts";

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

/**
 * The key that an environment variable holds, or undefined where there is none.
 *
 * @param flag  where the name of the variable was given, for messages
 * @throws Failure bad_input where it is not a name of a variable, or holds what no key has; neither is repeated
 */
export function keyIn(
  env: Readonly<Record<string, string | undefined>>,
  { name, flag }: { name: string; flag: string },
): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    // What was given may be the key itself: it is not repeated.
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
