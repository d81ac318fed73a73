import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import * as z from "zod";

/** A quantity of Kubernetes. @source apimachinery, resource.Quantity */
const Quantity = z.string().regex(/^\d+(?:\.\d+)?(?:m|Ki|Mi|Gi|k|M|G)?$/);

const Metadata = z.strictObject({
  name: z
    .string()
    .max(63)
    .regex(/^[a-z\d](?:[-a-z\d]*[a-z\d])?$/),
  namespace: z.string(),
  labels: z.record(z.string(), z.string().regex(/^(?:[A-Za-z\d](?:[-\w.]{0,61}[A-Za-z\d])?)?$/)).optional(),
});

const PodPatch = z.strictObject({
  terminationGracePeriodSeconds: z.int().optional(),
  volumes: z
    .array(
      z.union([
        z.strictObject({ name: z.string(), persistentVolumeClaim: z.strictObject({ claimName: z.string() }) }),
        z.strictObject({ name: z.string(), emptyDir: z.strictObject({ medium: z.enum(["", "Memory"]) }) }),
      ]),
    )
    .optional(),
  containers: z
    .array(
      z.strictObject({
        name: z.string(),
        volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })).optional(),
      }),
    )
    .optional(),
});

const template = <Spec extends z.ZodType>(spec: Spec) => z.strictObject({ spec });

/**
 * A TrainJob as the API server accepts it: the fields of the CRD that we send, with the required ones, and no others.
 *
 * @source kubeflow/trainer 8c0f505 (v2.3), manifests/base/crds/trainer.kubeflow.org_trainjobs.yaml
 */
const TrainJob = z.strictObject({
  apiVersion: z.literal("trainer.kubeflow.org/v1alpha1"),
  kind: z.literal("TrainJob"),
  metadata: Metadata,
  spec: z.strictObject({
    runtimeRef: z.strictObject({ name: z.string() }),
    suspend: z.boolean().optional(),
    trainer: z
      .strictObject({
        image: z.string().optional(),
        command: z.array(z.string()).optional(),
        numNodes: z.int().optional(),
        numProcPerNode: z.int().min(1).optional(),
        resourcesPerNode: z
          .strictObject({
            requests: z.record(z.string(), Quantity).optional(),
            limits: z.record(z.string(), Quantity).optional(),
          })
          .optional(),
      })
      .optional(),
    runtimePatches: z
      .array(
        z.strictObject({
          manager: z.string(),
          trainingRuntimeSpec: z.strictObject({
            template: template(
              z.strictObject({
                replicatedJobs: z.array(
                  z.strictObject({
                    name: z.string(),
                    template: template(z.strictObject({ template: template(PodPatch) })),
                  }),
                ),
              }),
            ),
          }),
        }),
      )
      .optional(),
  }),
});

/** A TrainJob as the server has it. */
export type StoredTrainJob = z.infer<typeof TrainJob> & { status?: object };

/** A strict stand-in for the API server, made from the published schema: no cluster runs behind it. */
export type KubernetesServer = { url: string; jobs: Map<string, StoredTrainJob>; server: Server };

/** Starts the server with one runtime, `torch-distributed`. */
export async function kubernetesServer(): Promise<KubernetesServer> {
  const jobs = new Map<string, StoredTrainJob>();
  const server = createServer((request, response) => {
    const answer = (status: number, value: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const fail = (status: number, reason: string, message: string): void =>
      answer(status, { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, code: status });
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const [, , , , kind, namespace, , name] = request.url!.split("/");
      if (kind === "clustertrainingruntimes") {
        return namespace === "torch-distributed" ? answer(200, {}) : fail(404, "NotFound", "not found");
      }
      if (request.method === "POST") {
        const parsed = TrainJob.safeParse(JSON.parse(text));
        if (!parsed.success) return fail(422, "Invalid", z.prettifyError(parsed.error));
        const { metadata } = parsed.data;
        if (jobs.has(metadata.name)) return fail(409, "AlreadyExists", `trainjobs "${metadata.name}" already exists`);
        jobs.set(metadata.name, parsed.data);
        return answer(201, parsed.data);
      }
      const found = jobs.get(name ?? "");
      if (found === undefined) return fail(404, "NotFound", `trainjobs "${name}" not found`);
      if (request.method === "DELETE") jobs.delete(name!);
      return answer(200, found);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, jobs, server };
}
