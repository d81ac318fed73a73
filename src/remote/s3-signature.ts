import { AwsV4Signer } from "aws4fetch";

import { sha256 } from "../base/hash.ts";

/** Credentials for a request, and its region. */
export type S3Credentials = { accessKey: string; secretKey: string; sessionToken: string | undefined; region: string };

/** A request to be signed. */
export type S3Request = {
  method: "GET" | "PUT" | "DELETE";
  /** URL with its query, both encoded as by `encodedPath` and URLSearchParams. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
};

/**
 * Headers that sign a request by AWS Signature Version 4 for the service s3: the given headers, the date, the hash of
 * the body, and the authorization.
 *
 * @param time  time of the request
 * @source AWS, "Authenticating Requests: Using the Authorization Header", Amazon S3 API reference
 */
export async function signedHeaders(
  { method, url, headers, body }: S3Request,
  { accessKey, secretKey, sessionToken, region }: S3Credentials,
  time: Date,
): Promise<Record<string, string>> {
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: { ...headers, "x-amz-content-sha256": sha256(body) },
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: "s3",
    region,
    datetime: time.toISOString().replaceAll(/[-:]|\.\d+/g, ""),
    allHeaders: true,
  });
  return Object.fromEntries((await signer.sign()).headers);
}

/**
 * A URL that lets anybody who has it make one kind of request for one object until it expires.
 *
 * @param expiresSec  at most seven days
 * @source AWS, "Authenticating Requests: Using Query Parameters", Amazon S3 API reference
 */
export async function signedAddress(
  { method, url, expiresSec }: { method: "GET" | "PUT"; url: URL; expiresSec: number },
  { accessKey, secretKey, sessionToken, region }: S3Credentials,
  time: Date,
): Promise<string> {
  const asked = new URL(url);
  asked.searchParams.set("X-Amz-Expires", String(expiresSec));
  const signer = new AwsV4Signer({
    method,
    url: asked.href,
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: "s3",
    region,
    datetime: time.toISOString().replaceAll(/[-:]|\.\d+/g, ""),
    signQuery: true,
  });
  return (await signer.sign()).url.href;
}

/** A key as part of a URL: every byte except letters, digits and `-._~/` as %XX. */
export function encodedPath(key: string): string {
  return encodeURIComponent(key)
    .replaceAll(/[!'()*]/g, (char) => `%${char.codePointAt(0)!.toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/");
}
