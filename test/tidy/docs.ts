import type { Finding } from "./tree.ts";

/** Something that exists in the code and must stand in a page of the reference. */
export type Fact = {
  /** Its description, for the finding: `flag --gpu of "plan memory"`. */
  name: string;
  page: string;
  /** Heading of the section it belongs in; default: the whole page. */
  section?: string;
  /** Exact text that must stand there. */
  text: string;
};

/** Every fact of the code stands in its page of the reference, under its heading. */
export function docsComplete(pages: ReadonlyMap<string, string>, facts: readonly Fact[]): Finding[] {
  const sections = new Map<string, string>();
  const section = ({ page, section: heading }: Fact): string => {
    const key = `${page}\n${heading ?? ""}`;
    const found = sections.get(key) ?? sectionOf(pages.get(page) ?? "", heading);
    sections.set(key, found);
    return found;
  };
  return facts
    .filter((fact) => !section(fact).includes(fact.text))
    .map((fact) => `${fact.page}: ${fact.name} is not documented`);
}

/** Text from a heading to the next one of the same or a higher level. */
function sectionOf(page: string, heading: string | undefined): string {
  if (heading === undefined) return page;
  const start = `\n${page}`.indexOf(`\n${heading}\n`);
  if (start === -1) return "";
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  const rest = page.slice(start + heading.length);
  const end = rest.search(new RegExp(`\\n#{1,${level}} `));
  return end === -1 ? rest : rest.slice(0, end);
}
