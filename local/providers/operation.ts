import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import type { Operation } from "./resource.ts";

/** Largest message between engine and provider, bytes: the engine's own limit. */
export const messageLimit = 400 * 1024 * 1024;

/** The engine's own display, where lines about a resource can be shown. */
export class EngineDisplay {
  private readonly client: engineService.EngineClient;

  constructor(address: string) {
    this.client = new engineService.EngineClient(address, grpc.credentials.createInsecure(), {
      "grpc.max_send_message_length": messageLimit,
    });
  }

  show(urn: string, text: string, kind: "progress" | "warning"): void {
    const { INFO, WARNING } = engineMessages.LogSeverity;
    const request = new engineMessages.LogRequest();
    request.setUrn(urn);
    request.setMessage(text);
    request.setSeverity(kind === "warning" ? WARNING : INFO);
    request.setEphemeral(kind === "progress");
    // A line that cannot be shown, because the engine is just ending, is not worth failing a resource.
    this.client.log(request, () => undefined);
  }

  close(): void {
    this.client.close();
  }
}

/** What a handler gets while it works on the resource `urn`. */
export function operationFor(
  urn: string,
  display: EngineDisplay | undefined,
  cancelled: AbortSignal,
  timeoutSeconds: number,
  changed: readonly string[] = [],
): Operation {
  return {
    changed,
    signal: timeoutSeconds > 0 ? AbortSignal.any([cancelled, timeLimit(timeoutSeconds)]) : cancelled,
    progress: (text) => display?.show(urn, text, "progress"),
    warn: (text) => display?.show(urn, text, "warning"),
  };
}

/** Milliseconds: a longer timer of Node would ring at once. */
const longestTimer = 2 ** 31 - 1;

/** Aborts with a sentence when the time limit that the program set for the resource has passed. */
function timeLimit(seconds: number): AbortSignal {
  const controller = new AbortController();
  const text = `it took longer than its time limit of ${seconds} seconds`;
  setTimeout(() => controller.abort(new Error(text)), Math.min(seconds * 1000, longestTimer)).unref();
  return controller.signal;
}
