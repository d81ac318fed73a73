import type { Programme } from "../../domain/programme.ts";

/** Adds the files of a programme with generated rows to the stage that caps the share of such rows. */
export function withGeneratedFiles(programme: Programme): Programme {
  const { data } = programme;
  if (!data.pipeline.some(({ stage }) => stage === "synthetic")) return programme;
  const generated = data.files.flatMap((file) => (file.generated || file.origin === "synthetic" ? [file.path] : []));
  const pipeline = data.pipeline.map((item) =>
    item.stage === "synthetic" ? { ...item, sources: [...new Set([...item.sources, ...generated])] } : item,
  );
  return { ...programme, data: { ...data, pipeline } };
}
