import "../parts/audit/audit.css";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useSearchParams } from "react-router";

import type { EvidenceExcerpt } from "../../domain/audit-view.ts";
import { getJson } from "../api.ts";
import { Page } from "../parts/page.tsx";

/** The lines around a place that the last audit cites; the place is in the address. */
export default function EvidencePage(): ReactNode {
  const [words] = useSearchParams();
  const path = words.get("path") ?? "";
  const row = words.get("row") ?? undefined;
  const reading = useQuery({
    queryKey: ["evidence", path, row],
    queryFn: async () => getJson<EvidenceExcerpt>("/audit/evidence", { path, row }),
    retry: false,
  });
  return (
    <Page
      title={path}
      crumbs={<Link to="/audit">Audit</Link>}
      lead={({ withheld }) =>
        withheld === 0
          ? "Lines that the audit cites"
          : `Lines that the audit cites; withheld because of secrets: ${withheld}`
      }
      reading={reading}
    >
      {({ first, lines, row: cited }) => (
        <pre className="excerpt" tabIndex={0} role="region" aria-label={`Lines of ${path}`}>
          {lines.map((line, index) => {
            const number = first + index;
            const isCited = row !== undefined && number === cited;
            return (
              <code key={number} className={isCited ? "cited" : undefined} aria-current={isCited || undefined}>
                <span className="line-number">{number}</span>
                {line === "" ? " " : line}
              </code>
            );
          })}
        </pre>
      )}
    </Page>
  );
}
