import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { BackupSettings } from "./backup.settings.ts";
import type { StorageCredentials } from "./command.settings.ts";
import { Failure, type Outcome } from "./failure.ts";

/** Tries of one request; between them the SDK waits longer and longer. */
const tries = 5;

/** Milliseconds of one try after which a store that was asked for little is taken for one that does not answer. */
const quickLimit = 30_000;

/** For requests that carry little: a signal ends them, and so does silence. */
export const quickly = (signal?: AbortSignal) => ({
  requestTimeout: quickLimit,
  ...(signal === undefined ? {} : { abortSignal: signal }),
});

/** A client for the bucket. */
export function storageClient(
  { region, endpoint }: Pick<BackupSettings, "region" | "endpoint">,
  credentials: StorageCredentials,
): S3Client {
  return new S3Client({
    region,
    credentials,
    maxAttempts: tries,
    requestHandler: { connectionTimeout: 10_000, requestTimeout: 300_000, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
}

const outcomes: Readonly<Record<string, Outcome>> = {
  NoSuchBucket: "storageMissing",
  NoSuchKey: "storageMissing",
  NoSuchVersion: "storageMissing",
  NotFound: "storageMissing",
  PreconditionFailed: "exists",
  ConditionalRequestConflict: "exists",
};

/** What the SDK, Node and OpenSSL throw. */
const AnyError = z.object({
  name: z.string().catch("Error"),
  message: z.string().catch(""),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});

/** Says in one line what the object store or the network answered. */
export function storageFailure(error: unknown, what: string): Failure {
  if (error instanceof Failure) return error;
  const { name, message, $metadata } = AnyError.parse(error);
  const status = $metadata?.httpStatusCode;
  const refused = status === 403 || status === 401 ? "storageRefused" : undefined;
  const reason = [
    name,
    message.split("\n")[0]?.replace(/^AWS SDK error wrapper for (\w+Error: )?/, ""),
  ].filter((text) => text !== "" && text !== "Error");
  return new Failure(outcomes[name] ?? refused ?? "storage", `${what}: ${reason.join(", ")}`);
}
