import { hostname } from "node:os";

/** A name or an address as in a URL: one of IPv6 is in brackets. */
export function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** Address of a server on this machine. @param host  name or address that it listens on */
export function serverUrl(host: string, port: number): string {
  return `http://${inUrl(host)}:${port}`;
}

/**
 * Address of a server for trainers. One that listens on all addresses is named by its first other name, or that of this
 * machine.
 */
export function trainerUrl(url: string, names: readonly string[]): string {
  const { hostname: host, port } = new URL(url);
  return ["0.0.0.0", "[::]"].includes(host) ? serverUrl(names[0] ?? hostname(), Number(port)) : url;
}
