import { parseExactJson } from "../../base/exact-json.ts";

/** Words of Python with their JSON form. Numbers that JSON cannot represent become texts, as in W&B. */
const WORDS: Readonly<Record<string, string>> = {
  None: "null",
  True: "true",
  False: "false",
  nan: '"NaN"',
  NaN: '"NaN"',
  inf: '"Infinity"',
  Infinity: '"Infinity"',
  "-inf": '"-Infinity"',
  "-Infinity": '"-Infinity"',
};

const TOKEN =
  /\s+|[{}[\]:,]|[()]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|-?[A-Za-z]+|./gsu;

/**
 * A dict or a list as printed by Python, for example by pandas into a CSV cell; plain JSON is also read. Undefined for
 * anything else: objects printed as code are not values.
 */
export function pythonLiteral(text: string): unknown {
  const json = (text.match(TOKEN) ?? []).map(asJson);
  if (json.includes(undefined)) return undefined;
  try {
    return parseExactJson(json.join("").replaceAll(/,(?=[\]}])/g, ""));
  } catch {
    return undefined;
  }
}

function asJson(token: string): string | undefined {
  if (token === "(") return "[";
  if (token === ")") return "]";
  if (token.startsWith("'") && token.length > 1) return JSON.stringify(unquoted(token.slice(1, -1)));
  if (token.startsWith('"') && token.length > 1) return JSON.stringify(unquoted(token.slice(1, -1)));
  if (/^-?\d{16,}$/.test(token)) return token; // a number would round it
  if (/^-?[.\d]/.test(token)) return String(Number(token));
  if (/^-?[A-Za-z]/.test(token)) return WORDS[token] ?? (/^(?:null|true|false)$/.test(token) ? token : undefined);
  return /^(?:\s+|[{}[\]:,])$/.test(token) ? token.trim() : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" };

function unquoted(inner: string): string {
  return inner.replaceAll(/\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|.)/gs, (escape) =>
    escape.length > 2
      ? String.fromCharCode(Number.parseInt(escape.slice(2), 16))
      : (ESCAPES[escape.slice(1)] ?? escape.slice(1)),
  );
}
