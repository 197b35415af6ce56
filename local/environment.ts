import { LocalFault } from "./fault.ts";

/** Variables by which a person steers the real engine or real clouds. */
const ofAccounts = /^(PULUMI_(?!HOME$)|(AWS|DIGITALOCEAN|SPACES|GITHUB|GH)_)/;

/** The environment without what belongs to real accounts and to a real engine: the local way knows nothing of them. */
export function withoutAccounts(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ofAccounts.test(name)));
}

/** Makes this process, which runs the program too, forget what belongs to real accounts. */
export function forgetAccounts(): void {
  for (const name of Object.keys(process.env)) if (ofAccounts.test(name)) delete process.env[name];
}

/**
 * Longest wait for one answer of a platform, milliseconds, as SLIPWAY_API_TIMEOUT has it in seconds.
 *
 * @throws LocalFault where it is no such number
 */
export function answerLimit({ SLIPWAY_API_TIMEOUT: given }: NodeJS.ProcessEnv): number | undefined {
  if (given === undefined || given === "") return undefined;
  if (!/^([1-9]\d{0,2}|0)(\.\d+)?$/.test(given) || Number(given) <= 0)
    throw new LocalFault("SLIPWAY_API_TIMEOUT must be seconds, such as 15");
  return Math.ceil(Number(given) * 1000);
}
