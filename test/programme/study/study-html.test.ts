import { describe, expect, test } from "vitest";

import type { Study } from "../../../src/domain/study.ts";
import { studyHtml } from "../../../src/programme/study/study-html.ts";
import { studyMarkdown } from "../../../src/programme/study/study-markdown.ts";
import { nestingErrors } from "../../report/well-formed.ts";
import { studyOfFixture } from "./study-of-fixture.ts";

describe("the page", () => {
  test("closes every tag in order", async () => {
    expect(nestingErrors(studyHtml(await studyOfFixture()))).toEqual([]);
  });

  test("fetches nothing and runs nothing: no script, no handler, no address outside of it", async () => {
    const html = studyHtml(await studyOfFixture());
    const tags = [...html.matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag).join("\n");
    expect(tags).not.toMatch(/<(?:script|iframe|object|embed|link|img|base)\b/i);
    expect(tags).not.toMatch(/\son[a-z]+\s*=/i);
    expect(
      [...tags.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => to).filter((to) => !to!.startsWith("#")),
    ).toEqual([]);
    expect(html).not.toMatch(/@import|url\((?!#)/);
  });

  test("has a language, a title, one h1, landmarks, and a heading for every section", async () => {
    const html = studyHtml(await studyOfFixture());
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<h1>/g)).toHaveLength(1);
    for (const landmark of ["<header>", "<nav ", "<main ", "<footer>"]) expect(html).toContain(landmark);
    expect(html.match(/<section /g)!.length).toBe(html.match(/<h2 /g)!.length);
  });

  test("goes down its headings one level at a time, and every table has a caption and scoped heads", async () => {
    const html = studyHtml(await studyOfFixture());
    const levels = [...html.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level, index) => index > 0 && level > levels[index - 1]! + 1)).toEqual([]);
    expect(html.match(/<table/g)).toHaveLength(html.match(/<caption>/g)!.length);
    expect(html.match(/<th(?: |>)(?![^>]*scope=)/g)).toBeNull();
  });

  test("gives each id once, and every link within the page leads to one", async () => {
    const html = studyHtml(await studyOfFixture());
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id!);
    expect(targets.length).toBeGreaterThan(80);
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test("says every chart in words for a screen reader", async () => {
    const html = studyHtml(await studyOfFixture());
    const charts = html.match(/<svg [^>]*>/g)!;
    expect(charts.length).toBeGreaterThanOrEqual(5);
    for (const chart of charts) expect(chart).toMatch(/aria-labelledby="[\w-]+-title [\w-]+-desc" role="img"/);
  });
});

describe("the summary", () => {
  test("has what is signed: owner, start, price date, seed, the cost to launch, the inputs and the hash in full", async () => {
    const study = { ...(await studyOfFixture()), owner: "A. Clerk", start: "2026-07-01" };
    const markdown = studyMarkdown(study);
    const appendix = markdown.indexOf("# Appendix");
    expect(appendix).toBeGreaterThan(0);
    const first = markdown.slice(0, appendix);
    expect(first).toContain("Owner: A. Clerk");
    expect(first).toContain("Start: 2026-07-01");
    expect(first).toContain("GPU prices of: your own contract");
    expect(first).toContain("Seed: 1");
    expect(first).toContain("Cost to launch");
    expect(first).toContain("move the end-to-end total most");
    expect(first).toContain(study.programmeSha256);
    for (const role of ["ML lead", "Finance", "Engineering", "Counsel"]) expect(first).toContain(`| ${role} |`);
  });

  test("says never, not a month, where many draws never pay back", async () => {
    const study = await studyOfFixture();
    const { monthWithServing } = study.payback;
    const late = { ...monthWithServing, p10: 14, p50: 35, p90: 60 };
    const payback = { ...study.payback, monthWithServing: late, neverShare: 0.35 };
    const markdown = studyMarkdown({ ...study, payback });
    expect(markdown).toContain("14 – never (35 % of draws)");
    expect(markdown).not.toContain("14–60");
  });

  test("says why a number is unknown in a clause; the tables say unknown, and the reason once in full", async () => {
    const study = await studyOfFixture();
    const refused = "serving is unknown: the load is not given: set serving.outputTokensPerMonth";
    const unknown = { refused, hint: "give the load" };
    const payback = {
      ...study.payback,
      monthWithServing: unknown,
      roi12WithServing: unknown,
      neverShare: null,
      curve: [],
    };
    const cost = { ...study.cost, withServing: unknown };
    const markdown = studyMarkdown({ ...study, payback, cost });
    expect(markdown).toContain("(Serving is unknown)");
    expect(markdown).not.toContain(refused);
    expect(markdown).toMatch(
      /\*\*With six months of serving[^|]*\| \*\*\[unknown\]\(#fig-total\.withServing\)\*\* \|  \|/,
    );
  });
});

describe("a study of thirty files", () => {
  test("draws the lengths of the four with the most rows, and says where the others stand", async () => {
    const study = await studyOfFixture();
    const [file] = study.files;
    const [dataset] = study.datasets;
    const paths = Array.from({ length: 30 }, (_, index) => `data/part-${index}.jsonl`);
    const html = studyHtml({
      ...study,
      files: paths.map((path) => ({ ...file!, path })),
      datasets: paths.map((path, index) => ({ ...dataset!, path, validRows: 100 + index })),
    });
    const drawn = [...html.matchAll(/id="chart-tokens-(\d+)-title"/g)].map(([, number]) => Number(number));
    expect(drawn).toEqual([27, 28, 29, 30]);
    expect(html).toContain("those of the other 26 are in the table above");
    expect(nestingErrors(html)).toEqual([]);
  });
});

/** Markup that would do harm if any of it came through unescaped. */
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>' onload='x' [a](javascript:alert(3)) \${x}`;

describe("hostile words of a programme", () => {
  const hostile = async (): Promise<Study> => {
    const replaced = JSON.stringify(await studyOfFixture())
      .replaceAll("data/train.jsonl", JSON.stringify(HOSTILE).slice(1, -1))
      .replaceAll("Answer questions of the order desk", JSON.stringify(HOSTILE).slice(1, -1));
    return { ...(JSON.parse(replaced) as Study), programme: HOSTILE, chosenFleet: HOSTILE, tool: HOSTILE };
  };

  test("come through the HTML as text, in content, attributes and charts", async () => {
    const html = studyHtml(await hostile());
    expect(html).toContain("&lt;script&gt;alert(1)");
    expect(html).not.toMatch(/<script|<img/i);
    expect(nestingErrors(html)).toEqual([]);
    const handlers = [...html.matchAll(/<[a-z][\w-]*((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>/gi)].filter(
      ([, attributes]) => / on[a-z]+=/i.test(attributes!.replaceAll(/"[^"]*"/g, '""')),
    );
    expect(handlers).toEqual([]);
  });

  test("come through the Markdown as text: no tag, no link to a script", async () => {
    const markdown = studyMarkdown(await hostile());
    const prose = markdown.replaceAll(/`[^`\n]*`/g, "");
    expect(prose).not.toMatch(/(?<!\\)<(?:script|img)/i);
    expect(prose).not.toMatch(/(?<!\\)\]\(javascript:/i);
  });
});
