import { awsError } from "../apis/fault-answers.ts";
import { bytesOf } from "./aws-body.ts";
import type { AwsCall } from "./aws-calls.ts";
import type { Body } from "./aws-writes.ts";

/** What a request log shows of a body: the parameters of a form, the text of a bucket's setting, never an object. */
export function shownBody(call: AwsCall, body: Body): unknown {
  const bytes = bytesOf(body);
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (call.service === "s3") return call.key === undefined ? bytes.toString("utf8") : undefined;
  return Object.fromEntries([...call.form].map(([name, value]) => [name, parsed(value)]));
}

/** Policies are sent as JSON text, which reads better, and is masked better, as a value. */
function parsed(value: string): unknown {
  if (!value.startsWith("{")) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The answer where moto gives none: a failure that AWS clients try again. */
export function unavailable(call: AwsCall, reason: string): string {
  return awsError(call.service, "ServiceUnavailable", reason);
}

/** The answer where moto breaks down over a request, which it does over actions that it lacks. */
export function notImplemented(call: AwsCall): string {
  return awsError(
    call.service,
    "NotImplemented",
    `the local S3 (moto) cannot do ${call.service} ${call.action}`,
  );
}
