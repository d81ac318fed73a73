import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { getMlflow } from "../../api.ts";
import { aliasesOf, type Model, type Version } from "../models/registry.ts";

/** Registered versions that a run made, with their aliases; nothing if it made none. */
export function RunModels({ runId }: { runId: string }): ReactNode {
  const { data = [] } = useQuery({ queryKey: ["run-models", runId], queryFn: async () => readVersions(runId) });
  if (data.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="run-models">
      <h2 id="run-models">Registered as</h2>
      <ul className="run-models">
        {data.map(({ version, aliases }) => (
          <li key={`${version.name} ${version.version}`}>
            <Link to={`/models?${new URLSearchParams({ search: version.name })}`}>{version.name}</Link> v
            {version.version}{" "}
            {aliases.map((alias) => (
              <span key={alias} className="badge accent">
                {alias}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

async function readVersions(runId: string): Promise<{ version: Version; aliases: string[] }[]> {
  const { model_versions: versions = [] } = await getMlflow<{ model_versions?: Version[] }>("model-versions/search", {
    filter: `run_id='${runId}'`,
    max_results: "100",
  });
  return Promise.all(
    versions.map(async (version) => {
      const { registered_model: model } = await getMlflow<{ registered_model: Model }>("registered-models/get", {
        name: version.name,
      });
      return { version, aliases: aliasesOf(model, version) };
    }),
  );
}
