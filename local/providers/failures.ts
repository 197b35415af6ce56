import grpc from "@grpc/grpc-js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import anys from "google-protobuf/google/protobuf/any_pb.js";
import type structs from "google-protobuf/google/protobuf/struct_pb.js";

/** Words for what was being done, as they begin an error text. */
export type Verb = "create" | "read" | "update" | "delete" | "compare" | "configure" | "look up";

/** An error as it goes to the engine: what was being done to which resource, why it failed, and what helps. */
export function failure(verb: Verb, subject: string, error: unknown): grpc.ServiceError {
  const text = `cannot ${verb} ${subject}: ${causeOf(error)}`;
  return serviceError(grpc.status.UNKNOWN, text, new grpc.Metadata());
}

/** The form in which the engine keeps the state of an object that exists but is not complete. */
export function initFailure(
  verb: Verb,
  subject: string,
  error: unknown,
  made: { id: string; properties: structs.Struct; inputs: structs.Struct | undefined },
): grpc.ServiceError {
  const reason = causeOf(error);
  const detail = new providerMessages.ErrorResourceInitFailed();
  detail.setId(made.id);
  detail.setProperties(made.properties);
  if (made.inputs !== undefined) detail.setInputs(made.inputs);
  detail.addReasons(reason);
  const packed = new anys.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusMessages.Status();
  const text = `${subject} exists, but the ${verb} did not finish: ${reason}`;
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(text);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return serviceError(grpc.status.UNKNOWN, text, metadata);
}

/** For calls that a provider of this kind does not answer. */
export function notImplemented(call: string): grpc.ServiceError {
  return serviceError(grpc.status.UNIMPLEMENTED, `${call} is not implemented`, new grpc.Metadata());
}

function serviceError(code: grpc.status, details: string, metadata: grpc.Metadata): grpc.ServiceError {
  return Object.assign(new Error(details), { code, details, metadata });
}

/** A mistake in the program keeps its stack, which whoever mends it needs; everything else is a sentence. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isMistake = error instanceof TypeError || error instanceof ReferenceError;
  return isMistake ? (error.stack ?? error.message) : error.message;
}
