import { describe, expect, test } from "vitest";

import type { Study } from "../../src/domain/study.ts";
import { studyHtml } from "../../src/programme/study-html.ts";
import { studyMarkdown } from "../../src/programme/study-markdown.ts";
import { nestingErrors } from "../report/well-formed.ts";
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
