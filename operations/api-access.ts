import { OperationFault } from "./fault.ts";

/** What an operation finds around it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which variables say how to reach an API. */
export interface AccessVariables {
  /** The variable of its address, and what that is where it is not set. */
  readonly address: readonly [name: string, usual: string];
  /** The variables of its token: the first that is set counts. */
  readonly tokens: readonly [string, ...string[]];
  /** What follows `<first token> must be set: `. */
  readonly howToGet: string;
}

/**
 * Where an API is, without a slash at the end, and the token for it. A token leaves this machine by https only.
 *
 * @throws OperationFault when there is no token, or the address is none to send one to: both at once
 */
export function apiAccess(
  environment: Environment,
  { address: [name, usual], tokens, howToGet }: AccessVariables,
): { endpoint: string; token: string; timeout?: number } {
  const endpoint = environment[name] || usual;
  const token = tokens.map((variable) => environment[variable]).find(Boolean) ?? "";
  const faults = [
    ...(isSafeAddress(endpoint) ? [] : [unsafeAddress(name)]),
    ...(token === "" ? [`${tokens[0]} must be set: ${howToGet}`] : []),
    ...(/^[\x21-\x7e]*$/.test(token) ? [] : [`${tokens[0]} must be one word without spaces and line breaks`]),
  ];
  if (faults.length > 0) throw new OperationFault(faults.join("\n"));
  return { endpoint: withoutSlash(endpoint), token, ...answerPatience(environment) };
}

/**
 * Longest wait for one answer, as `SLIPWAY_API_TIMEOUT` has it in seconds; nothing where it is not set.
 *
 * @throws OperationFault where it is no such number
 */
export function answerPatience({ SLIPWAY_API_TIMEOUT: given }: Environment): { timeout?: number } {
  if (given === undefined || given === "") return {};
  if (!/^([1-9]\d{0,2}|0)(\.\d+)?$/.test(given) || Number(given) <= 0)
    throw new OperationFault("SLIPWAY_API_TIMEOUT must be seconds, such as 15");
  return { timeout: Math.ceil(Number(given) * 1000) };
}

/** Whether a token may be sent there: by https, or to this machine. */
export function isSafeAddress(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isThisMachine(url.hostname));
}

export const isThisMachine = (host: string): boolean =>
  /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);

export const unsafeAddress = (name: string): string =>
  `${name} must be an https address without credentials, or a http address of this machine`;

export const withoutSlash = (address: string): string => address.replace(/\/+$/, "");
