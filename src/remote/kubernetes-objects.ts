import * as z from "zod";

import { Failure } from "../base/failure.ts";
import { askHttp, type HttpAnswer } from "./ask-http.ts";
import { Unreachable } from "./unreachable.ts";

const TIMEOUT_MS = 30_000;

const Status = z.object({ message: z.string().optional(), reason: z.string().optional() });

/** Objects of one kind in one namespace. */
export type KubernetesObjects = {
  /** Creates an object. Returns false if an object with this name exists. */
  create: (object: object) => Promise<boolean>;
  /** One object; undefined if there is none with this name. */
  get: (name: string) => Promise<unknown>;
  /** Deletes an object and, before it, the objects that it owns. Returns false if there is none with this name. */
  remove: (name: string) => Promise<boolean>;
};

/**
 * Objects of one kind, through the REST API of the API server. The address needs no credentials, as provided by
 * `kubectl proxy`: permissions stay in the user's own configuration.
 *
 * @param path of the collection, from `/apis/`
 * @source Kubernetes API concepts: 201 created, 409 AlreadyExists, 404 NotFound, errors as `Status`
 */
export function kubernetesObjects(address: string, path: string): KubernetesObjects {
  const base = `${address.replace(/\/+$/, "")}${path}`;
  const one = (name: string): string => `${base}/${encodeURIComponent(name)}`;
  return {
    create: async (object) => {
      const answer = await request("POST", base, object);
      if (answer.status === 409 && reasonOf(answer) === "AlreadyExists") return false;
      valueOf(base, answer);
      return true;
    },
    get: async (name) => {
      const answer = await request("GET", one(name));
      return answer.status === 404 ? undefined : valueOf(base, answer);
    },
    remove: async (name) => {
      const answer = await request("DELETE", one(name), { propagationPolicy: "Foreground" });
      if (answer.status === 404) return false;
      valueOf(base, answer);
      return true;
    },
  };
}

function reasonOf({ body }: HttpAnswer): string | undefined {
  return Status.safeParse(parsed(body)).data?.reason;
}

function valueOf(url: string, answer: HttpAnswer): unknown {
  const value = parsed(answer.body);
  if (answer.status >= 200 && answer.status < 300) return value;
  const said = Status.safeParse(value).data?.message ?? answer.body.toString("utf8").slice(0, 200);
  throw new Failure("outside", `${new URL(url).host} answers ${answer.status}: ${said}`, {
    hint: "kubectl api-resources lists the kinds that are installed, kubectl auth can-i what you may do",
  });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

async function request(method: "GET" | "POST" | "DELETE", url: string, body?: object): Promise<HttpAnswer> {
  try {
    return await askHttp(new URL(url), {
      method,
      timeoutMs: TIMEOUT_MS,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Unreachable(`no Kubernetes API answers at ${new URL(url).origin}`, {
      hint: "kubectl proxy --port=8001",
      cause: error,
    });
  }
}
