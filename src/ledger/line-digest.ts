import { canonicalJson, sha256 } from "../base/hash.ts";
import type { BillLine } from "./focus.ts";

/**
 * Identity of a line by its content: FOCUS has no id of rows. The digest is that of its canonical JSON, here written key
 * by key, which takes a quarter of the time. A line without a currency counts as US dollars.
 */
export function lineDigest(line: BillLine): string {
  const { account, capacityStatus, chargeCategory, commitmentStatus, currency, description, endMs, invoice } = line;
  const { resource, service, serviceCategory, sku, startMs, tags } = line;
  return sha256(
    `{"account":${quoted(account)},"billedPico":"${line.billedPico}","capacityStatus":${quoted(capacityStatus)}` +
      `,"chargeCategory":${quoted(chargeCategory)},"commitmentStatus":${quoted(commitmentStatus)}` +
      `,"currency":${quoted(currency || "USD")},"description":${quoted(description)}` +
      `,"effectivePico":"${line.effectivePico}","endMs":${endMs},"invoice":${quoted(invoice)},"line":0` +
      `,"resource":${resource === null ? "null" : quoted(resource)},"service":${quoted(service)}` +
      `,"serviceCategory":${quoted(serviceCategory)},"sku":${quoted(sku)},"startMs":${startMs}` +
      `,"tags":${canonicalJson(tags)}}`,
  );
}

/** Characters that JSON writes as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
