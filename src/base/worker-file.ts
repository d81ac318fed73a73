/** Path of a worker, given its source file: TypeScript if the sources are run, JavaScript if they are built. */
export function workerFile(source: URL): URL {
  return import.meta.url.endsWith(".ts") ? source : new URL(source.href.replace(/\.ts$/, ".js"));
}
