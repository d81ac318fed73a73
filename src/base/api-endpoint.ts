import { Failure } from "./failure.ts";

/** Where requests to an OpenAI-compatible server go. */
export type Endpoint = {
  /** Whole address of chat/completions, completions or embeddings. */
  url: URL;
  /** Address of the list of models next to it. */
  modelsUrl: URL;
  /** Address of the engine's version, as vLLM and SGLang have it. */
  versionUrl: URL;
  /** The address without query, for the record. */
  shown: string;
  /** It is this machine: nothing leaves it. */
  isLoopback: boolean;
};

const PATHS = { chat: "/chat/completions", completions: "/completions", embeddings: "/embeddings" } as const;

/**
 * The endpoint of an address: a bare host gets `/v1` and the path of the API, a base path the path of the API alone, and
 * a whole path stays.
 *
 * @throws Failure bad_input for what is not an http address, holds a password, or is the path of the other API
 */
export function endpointOf({ url: text, api }: { url: string; api: keyof typeof PATHS }): Endpoint {
  const url = httpUrl(text);
  if (url.username !== "" || url.password !== "") {
    throw new Failure("bad_input", "the address contains a user name or password, which would end up in the result", {
      hint: "give the key in an environment variable",
    });
  }
  url.hash = "";
  const path = url.pathname.replace(/\/+$/, "");
  const named = (["chat", "completions", "embeddings"] as const).find((name) => path.endsWith(PATHS[name]));
  if (named !== undefined && named !== api) {
    throw new Failure("bad_input", `${url.origin}${path} is the path of the ${named} API, but ${api} was requested`, {
      hint: `add --api ${named}, or omit the path`,
    });
  }
  const base = named !== undefined ? path.slice(0, -PATHS[named].length) : path === "" ? "/v1" : path;
  const urlOf = (pathname: string, query = url.search): URL => new URL(`${pathname}${query}`, url.origin);
  const whole = urlOf(`${base}${PATHS[api]}`);
  return {
    url: whole,
    modelsUrl: urlOf(`${base}/models`),
    versionUrl: urlOf(`${base.replace(/\/v\d+$/, "")}/version`, ""),
    shown: `${whole.origin}${whole.pathname}`,
    isLoopback: isLoopback(url.hostname),
  };
}

/**
 * The address of a server.
 *
 * @throws Failure bad_input for what is not an http address
 */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "http:" || url.protocol === "https:")) return url;
  const shown = withoutCredentials(text);
  throw new Failure("bad_input", `"${shown}" is not an http address`, {
    hint: /^[\w.-]+(:\d+)?(\/|$)/.test(shown) ? `write http://${shown}` : "expected http://HOST:PORT or https://HOST",
  });
}

/** What stands before an `@` may be a user and a password, and what follows a `?` a key: neither is repeated. */
function withoutCredentials(text: string): string {
  const shown = text.replace(/[?#].*$/s, "?…").replace(/^([a-z][\w+.-]*:\/\/)?.*@/is, "$1…@");
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

/** True for addresses of this machine: what is sent there costs nothing and reaches nobody else. */
function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
