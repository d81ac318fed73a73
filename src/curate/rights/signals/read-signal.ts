import type { OptOutKind } from "../../../domain/rights.ts";
import { aiTxt } from "./ai-txt.ts";
import { c2pa } from "./c2pa.ts";
import { htmlMeta } from "./html.ts";
import { httpHeaders } from "./http-headers.ts";
import { robotsTxt } from "./robots-txt.ts";
import type { Page, Signal } from "./signal.ts";
import { tdmRep } from "./tdm-rep.ts";

/**
 * Signal of a site's file about training on a page.
 *
 * @param file  its kind, its text, and its path for messages
 * @throws Failure bad_input if tdmrep.json or a C2PA report cannot be read
 */
export function readSignal({ kind, text, name }: { kind: OptOutKind; text: string; name: string }, page: Page): Signal {
  if (kind === "robots.txt") return robotsTxt(text, page);
  if (kind === "ai.txt") return aiTxt(text, page);
  if (kind === "tdmrep.json") return tdmRep(text, page, name);
  if (kind === "http-headers") return httpHeaders(text);
  if (kind === "html") return htmlMeta(text);
  if (kind === "c2pa.json") return c2pa(text, name);
  // llms.txt is a guide for models that read the site (llmstxt.org, 2024-09)
  return { kind, says: "silent", evidence: "llms.txt guides readers and reserves nothing" };
}
