import { createHmac } from "node:crypto";

import { sha256 } from "../base/hash.ts";

/** Who asks, and where. */
export type S3Credentials = { accessKey: string; secretKey: string; sessionToken: string | undefined; region: string };

/** A request to be signed. */
export type S3Request = {
  method: "GET" | "PUT" | "DELETE";
  /** With the query, both encoded as `encodedPath` and URLSearchParams do. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
};

/**
 * Headers that sign a request by AWS Signature Version 4, service s3: those given, and host, date, hash, authorization.
 *
 * @param at  time of the request
 * @source AWS, "Authenticating Requests: Using the Authorization Header", Amazon S3 API reference
 */
export function signedHeaders(
  { method, url, headers, body }: S3Request,
  { accessKey, secretKey, sessionToken, region }: S3Credentials,
  at: Date,
): Record<string, string> {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const bodyHash = sha256(body);
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    "x-amz-content-sha256": bodyHash,
    "x-amz-date": time,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(all).toSorted();
  const signed = names.join(";");
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...names.map((name) => `${name}:${all[name]!.trim()}`),
    "",
    signed,
    bodyHash,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  const signature = hmac(key, text).toString("hex");
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope},SignedHeaders=${signed},Signature=${signature}`,
  };
}

/** A key as it stands in a URL: every byte but letters, digits and `-._~/` as %XX. */
export function encodedPath(key: string): string {
  return encodeURIComponent(key)
    .replaceAll(/[!'()*]/g, (char) => `%${char.codePointAt(0)!.toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/");
}

function canonicalQuery({ searchParams }: URL): string {
  const encode = (text: string): string => encodedPath(text).replaceAll("/", "%2F");
  return [...searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join("&");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
