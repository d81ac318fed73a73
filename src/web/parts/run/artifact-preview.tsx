import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import { asPreview, previewKind } from "../../artifact-preview.ts";
import { DataTable } from "../data-table.tsx";
import { Problem } from "../problem.tsx";
import { shownBytes } from "../words.ts";

/** Largest file that is read for a preview, bytes. */
const MAX_BYTES = 5 * 2 ** 20;

type Props = { runId: string; path: string; sizeBytes: number };

/**
 * A file as far as it can be shown without running it: text and HTML as text, tables as rows, pictures as images. The
 * server sends every file as a download, so a browser does not run it either.
 */
export function ArtifactPreview({ runId, path, sizeBytes }: Props): ReactNode {
  const kind = previewKind(path);
  const address = `/get-artifact?${new URLSearchParams({ run_id: runId, path })}`;
  const isShown = kind !== "none" && sizeBytes <= MAX_BYTES;
  const { data, error } = useQuery({
    queryKey: ["artifact", runId, path],
    queryFn: async () => {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      return response.blob();
    },
    enabled: isShown,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className="panel preview">
      <div className="panel-head">
        <h2>{path.slice(path.lastIndexOf("/") + 1)}</h2>
        <a className="button" href={address} download>
          Download <span className="soft">{shownBytes(sizeBytes)}</span>
        </a>
      </div>
      {error === null ? null : <Problem error={error} />}
      {isShown ? null : (
        <p className="soft">
          {kind === "none" ? "No preview for this type of file." : "The file is too large for a preview."}
        </p>
      )}
      {data === undefined ? null : kind === "image" ? (
        <Picture blob={data} name={path} />
      ) : (
        <Text blob={data} path={path} />
      )}
    </div>
  );
}

/** A picture as an image, so that no script in it runs. */
function Picture({ blob, name }: { blob: Blob; name: string }): ReactNode {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const type = name.toLowerCase().endsWith(".svg") ? "image/svg+xml" : "image/*";
    const url = URL.createObjectURL(new Blob([blob], { type }));
    setAddress(url);
    return () => URL.revokeObjectURL(url);
  }, [blob, name]);
  return address === undefined ? null : <img src={address} alt={name} />;
}

function Text({ blob, path }: { blob: Blob; path: string }): ReactNode {
  const { data } = useQuery({
    queryKey: ["artifact-text", path, blob.size],
    queryFn: async () => asPreview(path, await blob.text()),
    gcTime: 0,
  });
  if (data === undefined) return null;
  if (data.kind === "table") {
    return (
      <>
        <DataTable label={path} head={data.head}>
          {data.rows.map((row, index) => (
            // eslint-disable-next-line react/no-array-index-key -- rows of a file have no other name
            <tr key={index}>
              {row.map((cell, place) => (
                <td key={data.head[place] ?? place}>{cell}</td>
              ))}
            </tr>
          ))}
        </DataTable>
        {data.isCut ? <p className="soft small">The first {data.rows.length} rows.</p> : null}
      </>
    );
  }
  return (
    <>
      <pre tabIndex={0}>{data.text}</pre>
      {data.isCut ? <p className="soft small">The start of the file.</p> : null}
    </>
  );
}
