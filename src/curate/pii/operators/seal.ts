import { createCipheriv, createDecipheriv } from "node:crypto";

import type { RedactionKey } from "./redaction-key.ts";

/** Bytes of the nonce and of the tag of AES-GCM (NIST SP 800-38D). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const SEALED = /<([A-Z_]{2,40}):sealed:([0-9a-f]{16}):([A-Za-z0-9_-]{38,200000})>/g;

/**
 * Encrypts a value with AES-256-GCM; only the key opens it again. The nonce is the HMAC of type and value, so that shards
 * and runs give the same bytes; equal values of one entity therefore look equal.
 */
export function seal(key: RedactionKey, type: string, value: string): string {
  const nonce = key.mac("seal nonce", `${type}\u0000${value}`).subarray(0, NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.derive("seal"), nonce).setAAD(Buffer.from(type));
  const sealed = Buffer.concat([nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `<${type}:sealed:${key.id}:${sealed.toString("base64url")}>`;
}

/**
 * A text with its sealed values opened. Values that were sealed by another key or changed remain sealed and are
 * counted.
 */
export function unseal(key: RedactionKey, text: string): { text: string; opened: number; closed: number } {
  let [opened, closed] = [0, 0];
  const open = text.replaceAll(SEALED, (whole: string) => {
    const [, type, id, body] = new RegExp(SEALED.source).exec(whole)!;
    const value = id === key.id ? opening(key, type!, Buffer.from(body!, "base64url")) : undefined;
    if (value === undefined) closed += 1;
    else opened += 1;
    return value ?? whole;
  });
  return { text: open, opened, closed };
}

function opening(key: RedactionKey, type: string, sealed: Buffer): string | undefined {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(sealed.length - TAG_BYTES);
  try {
    const cipher = createDecipheriv("aes-256-gcm", key.derive("seal"), nonce).setAAD(Buffer.from(type)).setAuthTag(tag);
    const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
    return Buffer.concat([cipher.update(body), cipher.final()]).toString("utf8");
  } catch {
    return undefined; // changed since, or cut
  }
}
