import { Failure } from "./failure.ts";

/** Address of an OpenAI-compatible server. */
export type Endpoint = {
  /** Full URL of chat/completions, completions or embeddings. */
  url: URL;
  /** URL of the list of models. */
  modelsUrl: URL;
  /** URL of the version endpoint, as in vLLM and SGLang. */
  versionUrl: URL;
  /** The address without its query, for records. */
  shown: string;
  /** True if it is on this machine, so that no data leave the machine. */
  isLoopback: boolean;
};

const PATHS = { chat: "/chat/completions", completions: "/completions", embeddings: "/embeddings" } as const;

/**
 * The endpoint for an address: a bare host is completed with `/v1` and the path of the API, a base path with the path
 * of the API; a full path is unchanged.
 *
 * @throws Failure bad_input if it is not an http address, contains a password, or is the path of the other API
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
 * The base address of a server.
 *
 * @throws Failure bad_input if it is not an http address
 */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === "http:" || url.protocol === "https:")) return url;
  const shown = withoutCredentials(text);
  throw new Failure("bad_input", `"${shown}" is not an http address`, {
    hint: /^[\w.-]+(:\d+)?(\/|$)/.test(shown) ? `write http://${shown}` : "expected http://HOST:PORT or https://HOST",
  });
}

/**
 * The text before an `@` may be a user name and a password, and the text after a `?` may contain a key, so neither is
 * repeated.
 */
function withoutCredentials(text: string): string {
  const shown = text.replace(/[?#].*$/s, "?…").replace(/^([a-z][\w+.-]*:\/\/)?.*@/is, "$1…@");
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

/** True for addresses of this machine: requests to them cost nothing and do not leave it. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase();
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
