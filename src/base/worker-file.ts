/** Where a worker lies that is named as its source: TypeScript where the sources are run, JavaScript where they are built. */
export function workerFile(source: URL): URL {
  return import.meta.url.endsWith(".ts") ? source : new URL(source.href.replace(/\.ts$/, ".js"));
}
