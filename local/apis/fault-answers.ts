import { identifiers } from "./digitalocean/errors.ts";
import type { Api, Fault } from "./request-log.ts";

/** An answer that refuses, as a cloud's own clients read it. */
export interface FaultAnswer {
  /** @default - what its headers say, else what the body looks like */
  readonly type?: string;
  readonly body: unknown;
}

/** What a fault says where nobody gave it words. */
export const faultMessage = "a fault set by slipway local fault";

const digitalOceanIds: Readonly<Record<number, string>> = {
  ...identifiers,
  429: "too_many_requests",
  503: "service_unavailable",
};
const registryCodes: Readonly<Record<number, string>> = {
  401: "UNAUTHORIZED",
  403: "DENIED",
  404: "MANIFEST_UNKNOWN",
  429: "TOOMANYREQUESTS",
};
const awsCodes: Readonly<Record<number, string>> = {
  401: "InvalidClientTokenId",
  403: "AccessDenied",
  404: "NoSuchEntity",
  409: "OperationAborted",
  429: "Throttling",
  503: "ServiceUnavailable",
};

const asText = (text: string): string =>
  text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);

/** An error of AWS in XML, with the frame of all its services but S3. */
export function awsError(service: string, code: string, message: string): string {
  const error = `<Error><Code>${code}</Code><Message>${asText(message)}</Message></Error>`;
  return service === "s3" ? error : `<ErrorResponse>${error}</ErrorResponse>`;
}

/**
 * The answer of a fault in the form of the cloud that it is set for, with its own body where it has one.
 *
 * @param service - of AWS
 */
export function faultAnswer(fault: Fault, status: number, service = "s3"): FaultAnswer {
  if (fault.body !== undefined) return { body: fault.body };
  return answers[fault.api](status, fault.message ?? faultMessage, service);
}

const json = "application/json; charset=utf-8";
const codeOf = (codes: Readonly<Record<number, string>>, status: number, of4xx: string, of5xx: string) =>
  codes[status] ?? (status < 500 ? of4xx : of5xx);

const answers: Readonly<Record<Api, (status: number, message: string, service: string) => FaultAnswer>> = {
  digitalocean: (status, message) => ({
    type: json,
    body: { id: codeOf(digitalOceanIds, status, "bad_request", "server_error"), message },
  }),
  github: (status, message) => ({
    type: json,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  }),
  registry: (status, message) => ({
    type: json,
    body: { errors: [{ code: codeOf(registryCodes, status, "UNSUPPORTED", "UNKNOWN"), message }] },
  }),
  aws: (status, message, service) => ({
    type: "application/xml",
    body: awsError(service, codeOf(awsCodes, status, "InvalidRequest", "InternalError"), message),
  }),
};
